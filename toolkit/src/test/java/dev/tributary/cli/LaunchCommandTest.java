package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

class LaunchCommandTest {

    @AfterEach
    void forgetLauncher() {
        System.clearProperty(LaunchCommand.PROPERTY);
        System.clearProperty(Startup.PLUGINS);
    }

    @Test
    void processHasThePluginsOfTheOneThatStartsIt() {
        System.setProperty(LaunchCommand.PROPERTY, "/jdk/bin/java");
        System.setProperty(Startup.PLUGINS, "/my jars");

        assertThat(LaunchCommand.of(List.of(), List.of("agent")))
                .containsSubsequence("-Dtributary.plugins=/my jars", "dev.tributary.cli.Main");
    }

    @Test
    void repeatsWhatTheLauncherUsedAndPassesItOn() {
        System.setProperty(LaunchCommand.PROPERTY, "/jdk/bin/java\n@/a b/java.args\n-Xss1m");

        assertThat(LaunchCommand.of(List.of("-Xmx64m"), List.of("agent", "--server", "x")))
                .containsExactly(
                        "/jdk/bin/java",
                        "@/a b/java.args",
                        "-Xss1m",
                        "-Dtributary.launch=/jdk/bin/java\n@/a b/java.args\n-Xss1m",
                        "-Xmx64m",
                        "dev.tributary.cli.Main",
                        "agent",
                        "--server",
                        "x");
    }

    @Test
    void withoutALauncherTheProcessStartsFromAnyDirectory(@TempDir Path elsewhere)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(LaunchCommand.of(List.of("-Xmx64m"), List.of("--version")))
                        .directory(elsewhere.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("Tributary ", "DJL ");
    }
}
