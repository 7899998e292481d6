package org.example.fedmom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.device.NativeStack;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.SimulatedRun;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.optimizer.ServerOptimizer;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

@Timeout(60)
class FedMomTest {

    @TempDir private Path runs;

    @Test
    void nameAndOptionsAreThoseOfARunFile() {
        Strategy strategy = Strategies.named("fedmom", 1, Map.of("momentum", "0.5"));

        assertThat(strategy.name()).isEqualTo("FedMom");
        assertThatThrownBy(() -> Strategies.named("fedmom", 1, Map.of("momentum", "1")))
                .hasMessageContaining("momentum");
    }

    @Test
    void modelMovesAsWorkedOutByHand() {
        // η = 2, β = 0.5. First d = (1, -2): v' = (2, -4), w' = v' + 0.5 (v' - 0) = (3, -6).
        // Then d = (1, 1): v'' = w' + 2 d = (5, -4), w'' = v'' + 0.5 (v'' - v') = (6.5, -4).
        Strategy strategy = Strategies.named("fedmom", 2, Map.of("momentum", "0.5"));
        NativeStack.engine();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                ServerOptimizer optimizer = strategy.serverOptimizer().open(manager, 2)) {
            NDArray model = manager.create(new float[] {0, 0});

            optimizer.step(0, model, manager.create(new float[] {1, -2}));
            assertThat(model.toFloatArray()).containsExactly(3, -6);
            optimizer.step(0, model, manager.create(new float[] {1, 1}));
            assertThat(model.toFloatArray()).containsExactly(6.5f, -4);
        }
    }

    @Test
    void rangesOfTheModelMoveAsTheWhole() {
        Strategy strategy = Strategies.named("fedmom", 1, Map.of());
        NativeStack.engine();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                ServerOptimizer whole = strategy.serverOptimizer().open(manager, 2);
                ServerOptimizer parts = strategy.serverOptimizer().open(manager, 2)) {
            NDArray expected = manager.create(new float[] {0, 0});
            NDArray first = manager.create(new float[] {0});
            NDArray second = manager.create(new float[] {0});
            for (int round = 1; round <= 2; round++) {
                whole.step(0, expected, manager.create(new float[] {round, -2}));
                parts.step(0, first, manager.create(new float[] {round}));
                parts.step(1, second, manager.create(new float[] {-2}));
            }
            assertThat(first.concat(second).toFloatArray()).isEqualTo(expected.toFloatArray());
        }
    }

    @Test
    void digitsAreLearnedFasterThanWithoutMomentum() throws Exception {
        List<RoundMetrics> history = simulate(new StrategyConfig("fedmom", 1, Map.of()));
        double atFirst = accuracy(history.get(0));
        double atLast = accuracy(history.get(history.size() - 1));
        List<RoundMetrics> plain = simulate(StrategyConfig.fedAvg());

        assertThat(atLast).isGreaterThan(atFirst + 0.3);
        assertThat(atLast).isGreaterThan(accuracy(plain.get(plain.size() - 1)));
    }

    private List<RoundMetrics> simulate(StrategyConfig strategy)
            throws IOException, InterruptedException {
        Map<String, String> digits = Map.of("examples", "240", "test-examples", "200");
        RunConfig config =
                RunConfig.builder(
                                new ModelSpec("logistic", Map.of()),
                                DataConfig.of("digits", 6).withOptions(digits))
                        .device("cpu")
                        .cohort(CohortConfig.of(3))
                        .training(TrainingPlan.sgd(1, 10, 0.01))
                        .strategy(strategy)
                        .rounds(8)
                        .build();
        try (SimulatedRun run = new SimulatedRun(config, runs, 1)) {
            RunStatus end = run.run();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            return end.history();
        }
    }

    private static double accuracy(RoundMetrics round) {
        return Objects.requireNonNull(round.accuracy());
    }
}
