package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import dev.tributary.data.LocalDataset;
import dev.tributary.device.GradientScope;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.OptimizerPlan.Rule;
import dev.tributary.training.TrainingFixtures.Bench;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** The same losses, step by step, as DJL's own Trainer; the whole data set is the batch. */
class DjlTrainerParityTest {
    private static final int STEPS = 30;
    private static final LocalDataset DATA = TrainingFixtures.blobs(64, 3);

    @Test
    void sgdFollowsDjl() {
        compare(
                OptimizerPlan.sgd(0.2).withWeightDecay(0.01),
                Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(0.2f))
                        .optWeightDecays(0.01f)
                        .build(),
                2e-5);
    }

    @Test
    void momentumFollowsDjl() {
        compare(
                OptimizerPlan.sgd(0.05).withMomentum(0.9),
                Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(0.05f))
                        .optMomentum(0.9f)
                        .build(),
                2e-5);
    }

    @Test
    void adamFollowsDjl() {
        compare(
                OptimizerPlan.of(Rule.ADAM, 0.02),
                Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.02f)).build(),
                // DJL takes 1 - beta2 in float32, which is off by 5e-5 of itself.
                2e-4);
    }

    private static void compare(OptimizerPlan ours, Optimizer theirs, double tolerance) {
        try (Bench bench = new Bench(TrainingFixtures::mlp, DATA)) {
            TrainingPlan plan =
                    new TrainingPlan(
                            STEPS,
                            TrainingPlan.WHOLE_DATASET,
                            ours,
                            LearningRateSchedule.constant(),
                            0);
            List<Double> found =
                    bench.trainer
                            .train(
                                    bench.flat,
                                    bench.data,
                                    plan,
                                    1,
                                    new RandomStreams(1),
                                    "a",
                                    ProgressListener.NONE)
                            .epochLosses();
            List<Double> expected = djlLosses(bench, theirs);
            assertThat(found.get(STEPS - 1)).isLessThan(0.7 * found.get(0));
            for (int i = 0; i < STEPS; i++) {
                assertThat(found.get(i))
                        .as("loss before step %s", i + 1)
                        .isCloseTo(expected.get(i), within(tolerance));
            }
        }
    }

    private static List<Double> djlLosses(Bench bench, Optimizer optimizer) {
        List<Double> losses = new ArrayList<>();
        Loss loss = Loss.softmaxCrossEntropyLoss();
        try (GradientScope off = GradientScope.off();
                Model model = Model.newInstance("parity", Device.cpu())) {
            model.setBlock(bench.block);
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(loss)
                            .optDevices(new Device[] {Device.cpu()})
                            .optOptimizer(optimizer);
            try (Trainer trainer = model.newTrainer(config);
                    NDManager scope = trainer.getManager().newSubManager()) {
                NDArray features =
                        scope.create(
                                DATA.features(),
                                new Shape(DATA.exampleCount(), TrainingFixtures.FEATURES));
                NDArray labels = scope.create(DATA.labels());
                for (int i = 0; i < STEPS; i++) {
                    try (GradientCollector collector = trainer.newGradientCollector()) {
                        NDList output = trainer.forward(new NDList(features));
                        NDArray mean = loss.evaluate(new NDList(labels), output);
                        collector.backward(mean);
                        losses.add((double) mean.getFloat());
                    }
                    trainer.step();
                }
            }
        }
        return losses;
    }
}
