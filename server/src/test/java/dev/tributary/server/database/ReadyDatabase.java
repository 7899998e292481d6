package dev.tributary.server.database;

import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory of runs where a server has been before: with a database, which has its tables and
 * nothing in them. To make them takes most of a server's first start, which is not what most tests
 * are about.
 *
 * @see TempDir#factory()
 */
public final class ReadyDatabase implements TempDirFactory {
    private static final String FILE = "tributary.mv.db";

    /** Made once for all tests. */
    private static final class Template {
        private static final byte[] BYTES = make();

        private static byte[] make() {
            try {
                Path directory = Files.createTempDirectory("tributary-ready");
                Database.open(DatabaseAddress.inDirectory(directory)).close();
                byte[] bytes = Files.readAllBytes(directory.resolve(FILE));
                Files.delete(directory.resolve(FILE));
                Files.delete(directory);
                return bytes;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test)
            throws IOException {
        Path directory = Files.createTempDirectory("junit-");
        Files.write(directory.resolve(FILE), Template.BYTES);
        return directory;
    }
}
