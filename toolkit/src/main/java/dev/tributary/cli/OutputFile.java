package dev.tributary.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where commands write what a user asked for. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * The file, in directories that are made where they are not there.
     *
     * @throws IOException if they cannot be made
     */
    public static Path ready(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return file;
    }
}
