package dev.tributary.strategy.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.Strategy;
import dev.tributary.testkit.EngineExtension;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.Map;

/** Every optimizer against steps computed by hand, from the model (0, 0). */
@ExtendWith(EngineExtension.class)
class ServerOptimizerTest {
    /** Round numbers: the second moment begins at tau^2 = 1. */
    private static final Map<String, String> ROUND =
            Map.of("beta1", "0.5", "beta2", "0.75", "tau", "1");

    @Test
    void fedAvgMKeepsAVelocity(NDManager manager) {
        Strategy strategy = Strategies.named("fedavgm", 2, Map.of("momentum", "0.5"));
        assertPath(manager, strategy, new float[][] {{2, -4}, {5, -6}}, 0);
    }

    @Test
    void fedAdamForgetsOldSquares(NDManager manager) {
        // m: (.5, -1), (.75, -.5), (.625, .25); v: (1, 1.75), (1, 1.3125), (.8125, 1.234375).
        assertPath(
                manager,
                Strategies.named("fedadam", 1, ROUND),
                new float[][] {
                    {0.25f, -0.43050086f},
                    {0.625f, -0.6635315f},
                    {0.625f + 0.32870728f, -0.6635315f + 0.11842592f}
                },
                1e-6f);
    }

    @Test
    void fedAdagradKeepsAllSquares(NDManager manager) {
        // v: (2, 5), (3, 5), (3.25, 6).
        assertPath(
                manager,
                Strategies.named("fedadagrad", 1, Map.of("beta1", "0.5", "tau", "1")),
                new float[][] {
                    {0.20710678f, -0.309017f},
                    {0.48162583f, -0.4635255f},
                    {0.48162583f + 0.22299322f, -0.4635255f + 0.07247449f}
                },
                1e-6f);
    }

    @Test
    void fedYogiMovesItsSquaresByTheirSign(NDManager manager) {
        // v: (1, 2), (1, 2), (.9375, 1.75): up where the update is large, down where it is small.
        assertPath(
                manager,
                Strategies.named("fedyogi", 1, ROUND),
                new float[][] {
                    {0.25f, -0.41421357f},
                    {0.625f, -0.62132037f},
                    {0.625f + 0.31754163f, -0.62132037f + 0.10762521f}
                },
                1e-6f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedavgm", "fedadagrad", "fedadam", "fedyogi"})
    void restoredStateGoesOnWhereItWas(String name, NDManager manager) throws IOException {
        Strategy strategy = Strategies.named(name, 0.1, Map.of());
        try (NDManager scope = manager.newSubManager()) {
            NDArray undisturbed = scope.zeros(new Shape(2));
            NDArray interrupted = scope.zeros(new Shape(2));
            float[] saved;
            try (ServerOptimizer optimizer = strategy.serverOptimizer().open(scope, 2)) {
                step(scope, optimizer, undisturbed, 1, -2);
                saved = optimizer.state().orElseThrow().toFloatArray();
                step(scope, optimizer, undisturbed, 1, 3);
            }
            try (ServerOptimizer first = strategy.serverOptimizer().open(scope, 2)) {
                step(scope, first, interrupted, 1, -2);
            }
            try (ServerOptimizer second = strategy.serverOptimizer().open(scope, 2)) {
                HostTransfer.toDevice(HostVector.of(saved), second.state().orElseThrow());
                step(scope, second, interrupted, 1, 3);
            }
            assertThat(interrupted.toFloatArray()).isEqualTo(undisturbed.toFloatArray());
        }
    }

    @Test
    void sgdRemembersNothing(NDManager manager) {
        try (ServerOptimizer plain =
                Strategies.named("fedavg", 1, Map.of()).serverOptimizer().open(manager, 2)) {
            assertThat(plain.state()).isEmpty();
        }
    }

    @Test
    void wrongOptionsAreRefusedWithTheirRange() {
        assertThatThrownBy(() -> Strategies.named("fedavgm", 1, Map.of("momentum", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("strategy fedavgm: option \"momentum\"");
        assertThatThrownBy(() -> Strategies.named("fedadam", 1, Map.of("tau", "0")))
                .hasMessageContaining("\"tau\"")
                .hasMessageContaining("found \"0\"");
        assertThatThrownBy(() -> Strategies.named("fedadagrad", 1, Map.of("beta2", "0.9")))
                .hasMessageContaining("[beta1, tau]")
                .hasMessageContaining("[beta2]");
        assertThatThrownBy(() -> Strategies.named("fedyogi", 1, Map.of("beta1", "NaN")))
                .hasMessageContaining("found \"NaN\"");
        assertThatThrownBy(() -> Strategies.named("fedadam", -1, Map.of()))
                .hasMessageContaining("server learning rate");
    }

    /** The models after the updates (1, -2), (1, 0) and (0.5, 1). */
    private static void assertPath(
            NDManager manager, Strategy strategy, float[][] expected, float tolerance) {
        float[][] updates = {{1, -2}, {1, 0}, {0.5f, 1}};
        try (NDManager scope = manager.newSubManager();
                ServerOptimizer optimizer = strategy.serverOptimizer().open(scope, 2)) {
            NDArray model = scope.zeros(new Shape(2));
            for (int i = 0; i < expected.length; i++) {
                step(scope, optimizer, model, updates[i]);
                assertThat(model.toFloatArray())
                        .containsExactly(expected[i], Offset.offset(tolerance));
            }
        }
    }

    private static void step(
            NDManager scope, ServerOptimizer optimizer, NDArray model, float... update) {
        try (NDArray array = scope.create(update)) {
            optimizer.step(0, model, array);
        }
    }
}
