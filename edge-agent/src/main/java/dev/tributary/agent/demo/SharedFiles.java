package dev.tributary.agent.demo;

import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.protocol.ModelSpec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that a demo's model names: its server and its agents have the same file system. */
final class SharedFiles {
    private SharedFiles() {}

    /** The innermost directory that holds them all, links resolved; empty if there are none. */
    static Optional<Path> directory(ModelSpec model) {
        ModelCatalog catalog = ModelCatalog.load();
        return catalog.fileOptions(catalog.named(model.name())).stream()
                .map(model.options()::get)
                .flatMap(Stream::ofNullable)
                .map(path -> Path.of(path.strip()).toAbsolutePath().normalize())
                .flatMap(path -> Stream.of(path, real(path)))
                .map(Path::getParent)
                .flatMap(Stream::ofNullable)
                .reduce(SharedFiles::common);
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            // The server, which opens it first, tells what is wrong with it.
            return path;
        }
    }

    private static Path common(Path one, Path other) {
        Path above = one;
        for (Path next = one; next != null && !other.startsWith(above); next = next.getParent()) {
            above = next;
        }
        return above;
    }
}
