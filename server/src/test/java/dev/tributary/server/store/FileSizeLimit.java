package dev.tributary.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel lets this process write no file beyond a length, until this is closed: real writes
 * fail, as on a broken or full disk.
 */
final class FileSizeLimit implements AutoCloseable {
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    private FileSizeLimit() {}

    static FileSizeLimit of(long bytes) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(PRLIMIT), "prlimit is not installed here");
        set(Long.toString(bytes));
        return new FileSizeLimit();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        set("unlimited");
    }

    /** The soft limit alone, so that it can be lifted again. */
    private static void set(String limit) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                PRLIMIT.toString(),
                                "--pid=" + ProcessHandle.current().pid(),
                                "--fsize=" + limit + ":")
                        .inheritIO()
                        .start();
        assertThat(process.waitFor()).isZero();
    }
}
