package dev.tributary.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.BatchNorm;

import dev.tributary.config.RunConfig;
import dev.tributary.config.RunConfigBuilder;
import dev.tributary.config.StrategyConfig;
import dev.tributary.data.LocalDataset;
import dev.tributary.training.Augmentation;
import dev.tributary.training.TrainingPlan;
import dev.tributary.training.UpdateForm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.function.Supplier;

/**
 * What clients upload is a choice that changes the model by no more than rounding: weights instead
 * of differences; and gradients, which make FedSGD of FedAvg with one step on all of a client's
 * data.
 */
@Timeout(60)
class UpdateFormTest {
    private static final TrainingPlan ONE_STEP =
            TrainingPlan.sgd(1, TrainingPlan.WHOLE_DATASET, 0.5);

    private final TinyWorld world = new TinyWorld(9);

    @ParameterizedTest
    @ValueSource(strings = {"fedavg", "fedavgm", "median", "multi-krum", "cyclic"})
    void weightsGiveTheModelOfDeltas(String strategy) throws InterruptedException {
        int cohort = strategy.equals("cyclic") ? 1 : 7;
        RunConfigBuilder run = TinyWorld.run(9, cohort, 5).strategy(strategy(strategy, 1));
        TrainingPlan plan = TrainingPlan.sgd(2, 2, 0.5);
        float[] deltas = model(run.training(plan).build());
        float[] weights = model(run.training(plan.withUpdateForm(UpdateForm.WEIGHTS)).build());
        // Five rounds of two units in the last place of values around 1.
        assertThat(weights).containsExactly(deltas, within(10 * Math.ulp(1f)));
        assertThat(deltas[0]).isNotZero();
    }

    @Test
    void weightsOfAModelWithStatisticsGiveTheModelOfDeltas() throws InterruptedException {
        RunConfigBuilder run = TinyWorld.run(9, 5, 5);
        TrainingPlan plan = TrainingPlan.sgd(1, 4, 0.1);
        float[] deltas = normalized(run.training(plan).build());
        run.training(plan.withUpdateForm(UpdateForm.WEIGHTS));
        assertThat(normalized(run.build())).containsExactly(deltas, within(10 * Math.ulp(1f)));
    }

    @ParameterizedTest
    @CsvSource({"fedavg,0.5", "fedavg,0.125", "trimmed-mean,0.5"})
    void gradientsAreFedAvgWithOneStep(String strategy, double rate) throws InterruptedException {
        RunConfigBuilder run = TinyWorld.run(9, 9, 5);
        float[] steps =
                model(
                        run.training(TrainingPlan.sgd(1, TrainingPlan.WHOLE_DATASET, rate))
                                .strategy(strategy(strategy, 1))
                                .build());
        run.strategy(strategy(strategy, rate));
        for (int batch : new int[] {TrainingPlan.WHOLE_DATASET, 4}) {
            TrainingPlan plan = TrainingPlan.sgd(1, batch, 3).withUpdateForm(UpdateForm.GRADIENT);
            assertThat(model(run.training(plan).build())).containsExactly(steps, within(1e-6f));
        }
        assertThat(steps[0]).isNotZero();
    }

    /** At zero weights each class has probability one half. */
    @Test
    void gradientIsTheOneWorkedOutByHand() throws InterruptedException {
        TinyWorld alone = new TinyWorld(1);
        RunConfig config =
                TinyWorld.run(1, 1, 1)
                        .training(ONE_STEP.withUpdateForm(UpdateForm.GRADIENT))
                        .strategy(strategy("fedavg", 1))
                        .build();
        LocalDataset data = alone.data("client-0");
        float[] expected = new float[2 * TinyWorld.FEATURES + 2];
        int count = data.exampleCount();
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < 2; c++) {
                float slope = 0.5f - (data.labels()[i] == c ? 1 : 0);
                for (int j = 0; j < TinyWorld.FEATURES; j++) {
                    float feature = data.features()[i * TinyWorld.FEATURES + j];
                    expected[c * TinyWorld.FEATURES + j] -= slope * feature / count;
                }
                expected[2 * TinyWorld.FEATURES + c] -= slope / count;
            }
        }
        try (Simulation simulation = alone.simulation(config, 1, new SimulationListener() {})) {
            assertThat(simulation.run().succeeded()).isTrue();
            assertThat(TinyWorld.vector(simulation)).containsExactly(expected, within(1e-7f));
        }
    }

    @Test
    void statisticsFollowTheClientsBesideGradients() throws InterruptedException {
        RunConfigBuilder run = TinyWorld.run(9, 9, 3);
        float[] steps = normalized(run.training(ONE_STEP).build());
        TrainingPlan plan = ONE_STEP.withUpdateForm(UpdateForm.GRADIENT);
        RunConfig gradients = run.training(plan).strategy(strategy("fedavg", 0.5)).build();
        assertThat(normalized(gradients)).containsExactly(steps, within(1e-6f));
    }

    @ParameterizedTest
    @CsvSource({"scaffold,WEIGHTS", "ditto,GRADIENT", "fedbuff,WEIGHTS", "norm-clipping,WEIGHTS"})
    void strategiesThatNeedDifferencesSaySo(String strategy, UpdateForm form) {
        Map<String, String> options =
                strategy.equals("norm-clipping") ? Map.of("norm", "1") : Map.of();
        RunConfig config =
                TinyWorld.run(9, 5, 1)
                        .strategy(new StrategyConfig(strategy, 1, options))
                        .training(ONE_STEP.withUpdateForm(form))
                        .build();
        assertThatThrownBy(() -> model(config))
                .hasMessageContaining("training.update: expected delta with strategy");
    }

    @Test
    void gradientsNeedOneEpoch() {
        TrainingPlan plan = TrainingPlan.sgd(2, 4, 0.1).withUpdateForm(UpdateForm.GRADIENT);
        assertThatThrownBy(() -> model(TinyWorld.run(9, 5, 1).training(plan).build()))
                .hasMessage("training.local-epochs: expected 1 with update: gradient, found 2");
    }

    @Test
    void gradientsAreOfTheExamplesAsTheyAre() {
        TrainingPlan plan =
                ONE_STEP.withUpdateForm(UpdateForm.GRADIENT)
                        .withAugmentation(new Augmentation(0, true));
        assertThatThrownBy(() -> model(TinyWorld.run(9, 5, 1).training(plan).build()))
                .hasMessageStartingWith(
                        "training.augmentation: expected none with update: gradient");
    }

    private static StrategyConfig strategy(String name, double serverLearningRate) {
        return new StrategyConfig(name, serverLearningRate, Map.of());
    }

    private float[] model(RunConfig config) throws InterruptedException {
        return model(config, () -> TinyWorld.layer(2), 0);
    }

    /** The same with statistics, from another start: normalized zeros have no slope. */
    private float[] normalized(RunConfig config) throws InterruptedException {
        return model(
                config,
                () ->
                        new SequentialBlock()
                                .add(BatchNorm.builder().build())
                                .add(TinyWorld.layer(2)),
                0.5f);
    }

    private float[] model(RunConfig config, Supplier<Block> block, float start)
            throws InterruptedException {
        SimulationListener deaf = new SimulationListener() {};
        try (Simulation simulation = TinyWorld.simulation(config, world, block, start, 2, deaf)) {
            assertThat(simulation.run().succeeded()).isTrue();
            return TinyWorld.vector(simulation);
        }
    }
}
