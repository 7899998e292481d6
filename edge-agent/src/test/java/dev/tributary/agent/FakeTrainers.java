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
import dev.tributary.training.TrainingException;
import dev.tributary.training.UnfitDataException;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Trains by adding one to everything; diverges in the rounds that it is told to. */
final class FakeTrainers implements ModelTrainers {
    private final ParameterLayout layout;
    private final TrainingException failure;
    private final List<Integer> diverging;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    FakeTrainers(ParameterLayout layout, Integer... diverging) {
        this(layout, new TrainingException("loss: expected a finite number, found NaN"), diverging);
    }

    private FakeTrainers(ParameterLayout layout, TrainingException failure, Integer... diverging) {
        this.layout = layout;
        this.failure = failure;
        this.diverging = List.of(diverging);
    }

    /** They have a model that the data of their clients does not fit. */
    static FakeTrainers unfit(ParameterLayout layout) {
        return new FakeTrainers(
                layout, new UnfitDataException("features: expected (2), found (3)"), 1);
    }

    int opened() {
        return opened.get();
    }

    int closed() {
        return closed.get();
    }

    @Override
    public ModelTrainer open(ModelSpec model, Device device) {
        opened.incrementAndGet();
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
                if (diverging.contains(task.round())) {
                    throw failure;
                }
                flat.addi(1);
                listener.progress(1, 0.5);
                return new LocalResult(client.data().exampleCount(), 1, List.of(0.5), 1000);
            }

            @Override
            public EvaluationResult evaluate(NDArray flat, DeviceDataset examples) {
                return new EvaluationResult(4, flat.sum().getFloat(), 3);
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }
}
