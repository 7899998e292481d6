package dev.tributary.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.cli.LaunchCommand;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** {@code tributary simulate} as a process of its own, which is asked to end. */
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no such signals")
final class SimulationSignalStoryTest {
    private static final String RUN =
            """
            name: stopped
            device: cpu
            model: logistic
            data:
              dataset: digits
              options: {examples: 240, test-examples: 100}
              partition: {clients: 4}
            cohort: {size: 4}
            rounds: 1000000
            """;

    private static final int TERMINATED = 128 + 15;
    private static final long LOOK_NANOS = 5_000_000;

    @TempDir private Path directory;

    @Test
    void whatItHasReachedIsOnDiskAndItSaysWhere() throws Exception {
        Process process = start();
        try {
            while (!log().contains("round       1/1000000")) {
                assertThat(process.isAlive()).as(this::log).isTrue();
                LockSupport.parkNanos(LOOK_NANOS);
            }
            process.destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(this::log).isTrue();
            assertThat(process.exitValue()).isEqualTo(TERMINATED);
            try (Stream<Path> runs = Files.list(directory.resolve("runs"))) {
                Path run = runs.findFirst().orElseThrow();
                assertThat(log()).endsWith("stopped; its files are in " + run + "\n");
                assertThat(run.resolve("model.safetensors")).isNotEmptyFile();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private Process start() throws IOException {
        Path runFile = Files.writeString(directory.resolve("run.yaml"), RUN);
        String runs = directory.resolve("runs").toString();
        List<String> command =
                LaunchCommand.of(
                        List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                        List.of("simulate", runFile.toString(), "--runs-dir", runs));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
