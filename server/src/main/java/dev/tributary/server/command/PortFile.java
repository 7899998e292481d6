package dev.tributary.server.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.tributary.cli.OutputFile;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a process tells others at which address it can be reached. */
final class PortFile {
    private PortFile() {}

    /** Whole or not at all: somebody waits for the file. Of http, host and port say all. */
    static void write(Path file, URI url) throws IOException {
        Path unfinished = OutputFile.ready(file).resolveSibling(file.getFileName() + ".tmp");
        String address = "https".equals(url.getScheme()) ? url.toString() : url.getAuthority();
        Files.writeString(unfinished, address + "\n", UTF_8);
        Files.move(unfinished, file, ATOMIC_MOVE, REPLACE_EXISTING);
    }
}
