package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel lets this process write no file beyond a length, until this is closed: real writes
 * fail, as on a broken or full disk.
 */
public final class FileSizeLimit implements AutoCloseable {
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    private final String before;

    private FileSizeLimit(String before) {
        this.before = before;
    }

    /** From now on. */
    public static FileSizeLimit of(long bytes) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(PRLIMIT), "prlimit is not installed here");
        FileSizeLimit limit = new FileSizeLimit(run("--fsize", "--output=SOFT", "--noheadings"));
        set(Long.toString(bytes));
        return limit;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        set(before);
    }

    /** The soft limit alone, so that it can be lifted again. */
    private static void set(String limit) throws IOException, InterruptedException {
        run("--fsize=" + limit + ":");
    }

    private static String run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(PRLIMIT.toString());
        command.add("--pid=" + ProcessHandle.current().pid());
        command.addAll(List.of(options));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return printed.strip();
    }
}
