package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.Headline;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The run files of {@code examples/} that need no files, with less data and fewer rounds. */
@Timeout(60)
final class ExamplesTest {
    private static final Path EXAMPLES = Path.of("..", "examples");

    @TempDir private Path directory;

    /** What is left of the first model's loss: how much is due to the data in each field. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "medical, 2000, 2, 0.7, ACCURACY",
        "fraud, 4000, 2, 0.7, AUC",
        "machines, 400, 2, 0.98, ACCURACY",
        "ratings, 3000, 3, 0.5, RMSE",
        "traffic, 600, 2, 0.7, RMSE"
    })
    void fieldIsLearnedByItsRunFile(
            String name, int examples, int rounds, double left, Headline headline)
            throws Exception {
        RunConfig config = RunFile.read(EXAMPLES.resolve(name + ".yaml"));
        Map<String, String> fewer =
                Map.of("examples", Integer.toString(examples), "test-examples", "1000");
        RunStatus status =
                run(
                        config.toBuilder()
                                .data(config.data().withOptions(fewer))
                                .rounds(rounds)
                                .build());

        List<RoundMetrics> history = status.history();
        assertThat(status.state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(loss(history, rounds)).isLessThan(left * loss(history, 0));
        assertThat(Headline.of(history)).isEqualTo(headline);
        assertThat(headline.central(history.get(rounds))).isNotNull();
    }

    /** As {@code docs/examples.md} has it, to what 20,000 test examples leave to chance. */
    @Test
    void logisticRegressionDescendsAsExpected() throws Exception {
        double[] expected = {0.6931, 0.5537, 0.5101, 0.4907, 0.4804, 0.4743};
        RunConfig config = RunFile.read(EXAMPLES.resolve("logit.yaml"));

        RunStatus status = run(config.toBuilder().rounds(5).build());

        for (int round = 0; round <= 5; round++) {
            assertThat(Math.abs(loss(status.history(), round) - expected[round]))
                    .as("round %d, expected %s", round, expected[round])
                    .isLessThan(0.01);
        }
    }

    private RunStatus run(RunConfig config) throws IOException, InterruptedException {
        try (SimulatedRun run =
                new SimulatedRun(config.toBuilder().device("cpu").build(), directory, 1)) {
            return run.run();
        }
    }

    private static double loss(List<RoundMetrics> history, int round) {
        Double loss = history.get(round).loss();
        assertThat(loss).as("loss of round %d", round).isNotNull();
        return loss == null ? Double.NaN : loss;
    }
}
