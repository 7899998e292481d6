package dev.tributary.stories.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.agent.command.AttachedMain;
import dev.tributary.cli.LaunchCommand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that is killed and started again with the same command. One thread. */
final class Mortal implements AutoCloseable {
    private static final List<String> JVM_FLAGS =
            List.of(
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xshare:auto",
                    "-XX:-UsePerfData");

    private final String name;
    private final List<String> command;
    private final Path log;
    private Process process;
    private int kills;

    /**
     * Starts its first life.
     *
     * @param arguments of {@code tributary}
     * @param logs a directory
     */
    Mortal(String name, List<String> arguments, Path logs) throws IOException {
        this.name = name;
        this.log = logs.resolve(name + ".log");
        this.command = new ArrayList<>(LaunchCommand.of(JVM_FLAGS, arguments));
        // Ends with this process, however that ends.
        command.set(command.size() - arguments.size() - 1, AttachedMain.class.getName());
        this.process = spawn();
    }

    String name() {
        return name;
    }

    int kills() {
        return kills;
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Of a process that ended by itself. */
    int exitCode() {
        return process.exitValue();
    }

    /** SIGKILL; it is gone when this returns. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        kills++;
    }

    void restart() throws IOException {
        process = spawn();
    }

    /** The end of what it said, in all its lives. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log, UTF_8);
        int from = Math.max(0, lines.size() - 40);
        return "%n--- %s%n%s".formatted(name, String.join("\n", lines.subList(from, lines.size())));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private Process spawn() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }
}
