package dev.tributary.agent.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.protocol.ModelSpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** From where a demo's agents may take the files that it was given. */
class SharedFilesTest {
    @TempDir private Path home;

    @Test
    void innermostDirectoryThatHoldsAllFiles() throws IOException {
        Path real = home.toRealPath();
        Path base = file(real.resolve("runs/7/base.safetensors"));
        Path parameters = file(real.resolve("models/mlp-0000.params"));
        Path link = Files.createSymbolicLink(real.resolve("models/latest.pt"), base);

        assertThat(SharedFiles.directory(new ModelSpec("mlp", Map.of()))).isEmpty();
        assertThat(SharedFiles.directory(new ModelSpec("mlp", Map.of("base", base + " "))))
                .contains(real.resolve("runs/7"));
        assertThat(SharedFiles.directory(new ModelSpec("torchscript", Map.of("file", "" + link))))
                .contains(real);
        assertThat(
                        SharedFiles.directory(
                                new ModelSpec(
                                        "djl",
                                        Map.of("base", "" + base, "parameters", "" + parameters))))
                .contains(real);
        assertThat(SharedFiles.directory(new ModelSpec("mlp", Map.of("base", "gone/x"))))
                .contains(Path.of("gone").toAbsolutePath());
    }

    @Test
    void agentsOfADemoGetItByTheirOption() throws IOException {
        Path base = file(home.toRealPath().resolve("base.safetensors"));
        assertThat(agents("--model", "mlp")).allMatch(agent -> !agent.contains("--model-dir"));
        assertThat(agents("--model", "mlp", "--model-option", "base=" + base))
                .hasSize(4)
                .allSatisfy(
                        agent ->
                                assertThat(agent)
                                        .containsSequence("--model-dir", "" + base.getParent()));
    }

    private static Iterable<List<String>> agents(String... arguments) {
        DemoOptions options = new DemoOptions();
        new CommandLine(options).parseArgs(arguments);
        return options.plan().agents().values();
    }

    private static Path file(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        return Files.writeString(path, "");
    }
}
