package dev.tributary.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** TorchScript modules that PyTorch has saved, for {@link TinyTask.Kind#TABLE} with two classes. */
public final class TorchScripts {
    private TorchScripts() {}

    /** Two linear layers with dropout at rate 0.5 between. */
    public static Path dropout(Path directory) throws IOException {
        return file("dropout-mlp.pt", directory);
    }

    /** The same with BatchNorm, which has buffers. */
    public static Path batchNorm(Path directory) throws IOException {
        return file("batchnorm-mlp.pt", directory);
    }

    private static Path file(String name, Path directory) throws IOException {
        Path file = directory.resolve(name);
        try (InputStream in =
                requireNonNull(TorchScripts.class.getResourceAsStream(name), "no " + name)) {
            Files.copy(in, file);
        }
        return file;
    }
}
