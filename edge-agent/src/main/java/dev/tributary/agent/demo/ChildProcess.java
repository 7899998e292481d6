package dev.tributary.agent.demo;

import dev.tributary.agent.command.AttachedMain;
import dev.tributary.cli.LaunchCommand;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One Tributary process that was started here and ends with this one, however that ends.
 *
 * <p>Its output goes to a file. Thread-safe.
 */
public final class ChildProcess {
    /** What our commands put before an error. */
    private static final String PREFIX = "tributary: ";

    private final String name;
    private final Process process;

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Starts a command.
     *
     * @param name for messages
     * @param jvmFlags beyond those of this process
     * @param arguments of {@code tributary}
     * @param log where its output goes
     */
    public static ChildProcess start(
            String name, List<String> jvmFlags, List<String> arguments, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(LaunchCommand.of(jvmFlags, arguments));
        // The class in front of the arguments: the same command, but attached to our pipe.
        command.set(command.size() - arguments.size() - 1, AttachedMain.class.getName());
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        return new ChildProcess(name, process);
    }

    /** For messages. */
    public String name() {
        return name;
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it has not ended yet. */
    public boolean alive() {
        return process.isAlive();
    }

    /** The exit code of a process that has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** Asks it to end, and does not wait. */
    public void terminate() {
        process.destroy();
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // The pipe is broken because the process has ended, which is what was wanted.
        }
    }

    /** Ends it, and does not wait. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Whether it has ended within that time. */
    public boolean awaitEnd(Duration time) throws InterruptedException {
        return process.waitFor(Math.max(0, time.toMillis()), TimeUnit.MILLISECONDS);
    }

    /** The last line that it wrote to its log, for messages; empty if there is none. */
    public static String lastLine(Path log) {
        try {
            String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
            String line = text.substring(text.lastIndexOf('\n') + 1).strip();
            return line.startsWith(PREFIX) ? line.substring(PREFIX.length()) : line;
        } catch (IOException e) {
            return "";
        }
    }
}
