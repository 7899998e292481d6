package dev.tributary.agent;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Trains by adding to everything how often it has trained before, plus one: what is trained twice
 * differs, and is counted.
 */
final class CountingTrainers implements ModelTrainers {
    private final ParameterLayout layout;
    private final List<Integer> rounds = new CopyOnWriteArrayList<>();
    private final Runnable afterTraining;

    CountingTrainers(ParameterLayout layout) {
        this(layout, () -> {});
    }

    /**
     * @param afterTraining runs when a model is trained and its update not yet kept
     */
    CountingTrainers(ParameterLayout layout, Runnable afterTraining) {
        this.layout = layout;
        this.afterTraining = afterTraining;
    }

    /** The rounds in the order in which they were trained. */
    List<Integer> rounds() {
        return rounds;
    }

    @Override
    public ModelTrainer open(ModelSpec model, Device device) {
        return new ModelTrainer() {
            @Override
            public ParameterLayout layout() {
                return layout;
            }

            @Override
            public LocalResult train(
                    NDArray flat,
                    GradientCorrection correction,
                    Client client,
                    RoundTask task,
                    ProgressListener listener) {
                rounds.add(task.round());
                flat.addi(rounds.size());
                afterTraining.run();
                return new LocalResult(client.data().exampleCount(), 1, List.of(0.5), 1000);
            }

            @Override
            public EvaluationResult evaluate(NDArray flat, DeviceDataset examples) {
                return new EvaluationResult(1, 0, 1);
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
    }
}
