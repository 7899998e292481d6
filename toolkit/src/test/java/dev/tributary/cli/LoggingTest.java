package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.protocol.RunEvent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The logging configuration, in processes of their own, since it is read once a process. */
class LoggingTest {
    private static final String DISPLAYED = "displayed";

    @Test
    void consoleShowsWarningsShortAndSilencesTheCudaProbe()
            throws IOException, InterruptedException {
        assertThat(outputOf()).isEqualToIgnoringNewLines("WARN disk is slow");
    }

    @Test
    void debugShowsTheStackTraceOnTheConsole() throws IOException, InterruptedException {
        assertThat(outputOf("--debug"))
                .contains("WARN disk is slow", "IllegalStateException", "\tat ");
    }

    @Test
    void whatADisplayShowsIsNotOnTheConsoleButInTheLogFile(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path log = directory.resolve("server.log");

        assertThat(outputOf("--log-file=" + log, DISPLAYED))
                .isEqualToIgnoringNewLines("WARN run a: client-0 is slowWARN disk is slow");
        assertThat(Files.readString(log)).contains("client-0 is slow", "client-1 is slow");
    }

    @Test
    void logFileHasEverythingFromInfoOn(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path log = directory.resolve("logs").resolve("agent.log");

        assertThat(outputOf("--log-file=" + log)).isEqualToIgnoringNewLines("WARN disk is slow");
        assertThat(Files.readString(log))
                .contains("INFO ", "round 1 begins", "WARN ", "disk is slow", "\tat ")
                .doesNotContain("no driver", "details");
    }

    private static String outputOf(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Probe.class.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** A process that prepares itself as Main does, and logs. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] arguments) {
            Startup.prepare(EarlyOptions.of(arguments));
            if (List.of(arguments).contains(DISPLAYED)) {
                Logger events = LoggerFactory.getLogger(RunEvent.class);
                events.warn("run a: client-0 is slow");
                Logging.leaveRunEventsToTheDisplay();
                events.warn("run a: client-1 is slow");
            }
            Logger logger = LoggerFactory.getLogger("dev.tributary.Probe");
            logger.debug("details");
            logger.info("round {} begins", 1);
            logger.warn("disk is slow", new IllegalStateException("really"));
            LoggerFactory.getLogger("ai.djl.util.cuda.CudaUtils").warn("no driver");
        }
    }
}
