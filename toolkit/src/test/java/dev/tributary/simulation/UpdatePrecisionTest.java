package dev.tributary.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.config.RunConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.training.TrainingPlan;
import dev.tributary.training.UpdateForm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Updates that travel as float16: half the bytes, and a model that differs by their rounding. */
@Timeout(60)
class UpdatePrecisionTest {
    private static final TrainingPlan PLAN = TrainingPlan.sgd(2, 2, 0.5);

    private final TinyWorld world = new TinyWorld(9);

    @ParameterizedTest
    @ValueSource(strings = {"fedavg", "fedadam", "scaffold", "fedbuff", "median", "cyclic"})
    void modelDiffersByTheRoundingOfUpdates(String strategy) throws InterruptedException {
        float[] whole = model(run(strategy, PLAN));
        float[] rounded = model(run(strategy, PLAN.withUpdatePrecision(Precision.FLOAT16)));
        // Four rounds of updates below 2, each rounded by half a unit of 2^-10; training amplifies.
        assertThat(rounded).containsExactly(whole, within(0.02f)).isNotEqualTo(whole);
        assertThat(model(run(strategy, PLAN.withUpdatePrecision(Precision.FLOAT16))))
                .isEqualTo(rounded);
    }

    @Test
    void halfTheBytesGoUp() throws InterruptedException {
        long whole = bytesUp(run("fedavg", PLAN));
        assertThat(bytesUp(run("fedavg", PLAN.withUpdatePrecision(Precision.FLOAT16))))
                .isEqualTo(whole / 2);
    }

    @Test
    void updateBeyondItsRangeIsRefusedByItsClientAndNeverInfinite() throws InterruptedException {
        TrainingPlan plan = TrainingPlan.sgd(1, 2, 1e7).withUpdatePrecision(Precision.FLOAT16);
        RunConfig config = TinyWorld.run(9, 7, 1).training(plan).build();
        List<String> reasons = new ArrayList<>();
        SimulationListener listener =
                new SimulationListener() {
                    @Override
                    public void failed(int round, String client, String reason) {
                        synchronized (reasons) {
                            reasons.add(reason);
                        }
                    }
                };
        try (Simulation simulation = world.simulation(config, 2, listener)) {
            assertThat(simulation.run().succeeded()).isFalse();
            assertThat(TinyWorld.vector(simulation)).containsOnly(0);
        }
        assertThat(reasons)
                .isNotEmpty()
                .allSatisfy(
                        reason ->
                                assertThat(reason)
                                        .contains("at most 65504", "update-precision: float16"));
    }

    @Test
    void weightsAreNotRounded() {
        TrainingPlan plan = PLAN.withUpdateForm(UpdateForm.WEIGHTS);
        assertThatThrownBy(() -> plan.withUpdatePrecision(Precision.FLOAT16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected float32 where weights are uploaded, found float16");
    }

    private static RunConfig run(String strategy, TrainingPlan plan) {
        Map<String, String> options = strategy.equals("fedbuff") ? Map.of("buffer", "3") : Map.of();
        double rate = strategy.equals("fedadam") ? 0.1 : 1;
        return TinyWorld.run(9, strategy.equals("cyclic") ? 1 : 7, 4)
                .training(plan)
                .strategy(new StrategyConfig(strategy, rate, options))
                .build();
    }

    private float[] model(RunConfig config) throws InterruptedException {
        try (Simulation simulation = world.simulation(config, 2, SimulationListener.NONE)) {
            assertThat(simulation.run().succeeded()).isTrue();
            return TinyWorld.vector(simulation);
        }
    }

    private long bytesUp(RunConfig config) throws InterruptedException {
        AtomicLong bytes = new AtomicLong();
        SimulationListener listener =
                new SimulationListener() {
                    @Override
                    public void roundEnded(RoundMetrics metrics) {
                        bytes.addAndGet(metrics.bytesUp());
                    }
                };
        try (Simulation simulation = world.simulation(config, 2, listener)) {
            assertThat(simulation.run().succeeded()).isTrue();
        }
        return bytes.get();
    }
}
