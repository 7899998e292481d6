package dev.tributary.device;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the CUDA runtime that belongs to a libtorch, and gives it the name by which DJL looks for
 * it.
 *
 * <p>DJL counts GPUs with {@code libcudart.so}. A libtorch brings that library as {@code
 * libcudart-8774224f.so.12}, and a machine with no more than NVIDIA's driver has none: without this
 * DJL would find no GPU there and compute on the CPU without a word.
 */
final class CudaRuntime {
    private static final Pattern BUNDLED = Pattern.compile("libcudart-[0-9a-f]+\\.so\\.[0-9]+");
    private static final String NAME = "libcudart.so";
    private static final String DESCRIPTION = "native/lib/pytorch.properties";

    private CudaRuntime() {}

    /**
     * That of a libtorch in a directory.
     *
     * @param libtorch the directory
     * @param cache holds a directory of our own, with a copy under DJL's name
     * @return that directory; empty if there is no runtime, or it has the right name already
     */
    static Optional<Path> of(Path libtorch, Path cache) {
        if (!Files.isDirectory(libtorch) || Files.exists(libtorch.resolve(NAME))) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(libtorch)) {
            Optional<Path> found =
                    files.filter(file -> BUNDLED.matcher(name(file)).matches()).findFirst();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(found.get())) {
                return Optional.of(copy(in, name(found.get()), cache));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("CUDA runtime beside " + libtorch, e);
        }
    }

    /**
     * That of a libtorch in a jar of DJL's.
     *
     * @param jars sees the jar
     * @param cache as {@link #of(Path, Path)}
     * @return as there; empty if there is no such jar
     */
    static Optional<Path> of(ClassLoader jars, Path cache) {
        try {
            for (URL description : Collections.list(jars.getResources(DESCRIPTION))) {
                Properties properties = new Properties();
                try (InputStream in = description.openStream()) {
                    properties.load(in);
                }
                Optional<Path> directory = copy(properties, jars, cache);
                if (directory.isPresent()) {
                    return directory;
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("CUDA runtime on the class path", e);
        }
    }

    private static Optional<Path> copy(Properties properties, ClassLoader jars, Path cache)
            throws IOException {
        String folder =
                "pytorch/%s/%s/"
                        .formatted(
                                properties.getProperty("flavor"),
                                properties.getProperty("classifier"));
        Optional<String> library =
                Arrays.stream(properties.getProperty("libraries", "").split(","))
                        .filter(name -> BUNDLED.matcher(name).matches())
                        .findFirst();
        if (library.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = jars.getResourceAsStream(folder + library.get())) {
            return in == null ? Optional.empty() : Optional.of(copy(in, library.get(), cache));
        }
    }

    /** By way of a temporary file: several processes may do so at a time. */
    private static Path copy(InputStream in, String library, Path cache) throws IOException {
        Path directory = Files.createDirectories(cache.resolve("tributary").resolve(library));
        Path target = directory.resolve(NAME);
        if (!Files.exists(target)) {
            Path part = Files.createTempFile(directory, NAME, ".part");
            Files.copy(in, part, REPLACE_EXISTING);
            Files.move(part, target, ATOMIC_MOVE);
        }
        return directory;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
