package dev.tributary.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The run files that people start from. */
class ExamplesTest {

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(root().resolve("examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void exampleIsRightAndReadsBackFromItsResolvedForm(Path example) {
        RunConfig config = RunFile.read(example);

        assertThat(RunFile.parse(RunFile.write(config), "resolved", root())).isEqualTo(config);
    }

    @Test
    void digitsExampleSaysWhatItsCommentsClaim() {
        RunConfig config = RunFile.read(root().resolve("examples/digits-mlp.yaml"));

        assertThat(config.model().options()).containsEntry("hidden", "200,200");
        assertThat(config.cohort()).isEqualTo(CohortConfig.of(4));
        assertThat(config.training()).isEqualTo(RunConfigBuilder.DEFAULT_TRAINING);
        assertThat(config.strategy()).isEqualTo(StrategyConfig.fedAvg());
        assertThat(config.rounds()).isEqualTo(20);
    }

    /** The directory above this module that holds the examples. */
    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve("examples"))) {
            Path parent = directory.getParent();
            if (parent == null) {
                throw new AssertionError(
                        "no directory examples above " + Path.of("").toAbsolutePath());
            }
            directory = parent;
        }
        return directory;
    }
}
