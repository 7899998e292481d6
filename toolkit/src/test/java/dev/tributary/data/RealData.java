package dev.tributary.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Public data sets that lie outside of the project; tests that need an absent one are skipped. */
public final class RealData {
    private RealData() {}

    /** The directory that a system property names. */
    public static Path directory(String property) {
        String value = System.getProperty(property, "");
        Path directory = Path.of(value);
        assumeTrue(
                !value.isEmpty() && Files.isDirectory(directory),
                () -> "skipped: no directory at -D%s=%s".formatted(property, value));
        return directory;
    }
}
