package dev.tributary.models.bench;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import dev.tributary.data.LocalDataset;
import dev.tributary.device.GradientScope;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * The baseline: DJL's {@code Trainer}, {@code GradientCollector} and {@code step()}.
 *
 * <p>Each epoch permutes the resident examples once and slices batches from them, so that the
 * baseline pays no more for its data than {@code LocalTrainer} does. The batches are the very same:
 * the order is drawn from the same stream in the same way.
 */
final class DjlLoop implements TrainBenchmark.Contestant {
    private static final RandomStreams STREAMS = new RandomStreams(1);

    private final int batchSize;
    private final int exampleCount;
    private final Model model;
    private final Trainer trainer;
    private final Loss loss;
    private final NDArray features;
    private final NDArray labels;

    DjlLoop(
            ModelDefinition definition,
            LocalDataset data,
            int batchSize,
            Device device,
            double learningRate) {
        this.batchSize = batchSize;
        this.exampleCount = data.exampleCount();
        this.model = Model.newInstance("baseline", device);
        NDManager manager = model.getNDManager();
        model.setBlock(definition.newBlock(manager, STREAMS));
        this.loss = Loss.softmaxCrossEntropyLoss();
        Optimizer sgd =
                Optimizer.sgd().setLearningRateTracker(Tracker.fixed((float) learningRate)).build();
        this.trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(loss)
                                .optDevices(new Device[] {device})
                                .optOptimizer(sgd));
        Shape shape = new Shape(exampleCount).addAll(new Shape(data.featureShape()));
        try (GradientScope off = GradientScope.off()) {
            this.features = copy(manager, data.features()).reshape(shape);
            this.labels = copy(manager, data.labels());
        }
    }

    @Override
    public void epoch(int round) {
        try (GradientScope off = GradientScope.off();
                NDManager scope = trainer.getManager().newSubManager()) {
            NDArray order = order(scope, round);
            NDArray shuffled = features.get(order);
            shuffled.attach(scope);
            NDArray shuffledLabels = labels.get(order);
            shuffledLabels.attach(scope);
            for (int from = 0; from < exampleCount; from += batchSize) {
                int to = Math.min(exampleCount, from + batchSize);
                NDIndex rows = new NDIndex().addSliceDim(from, to);
                try (NDManager step = scope.newSubManager()) {
                    step(shuffled.get(step, rows), shuffledLabels.get(step, rows));
                }
            }
            // Waits for the device, as LocalTrainer does when it reads the loss.
            try (NDArray sum = model.getBlock().getParameters().valueAt(0).getArray().sum()) {
                sum.getFloat();
            }
        }
    }

    private void step(NDArray batch, NDArray batchLabels) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList output = trainer.forward(new NDList(batch));
            collector.backward(loss.evaluate(new NDList(batchLabels), output));
        }
        trainer.step();
    }

    private NDArray order(NDManager scope, int round) {
        SplittableRandom random = STREAMS.stream(Purpose.SHUFFLE, round, TrainBenchmark.CLIENT);
        long[] order = LongStream.range(0, exampleCount).toArray();
        for (int i = exampleCount - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
        return scope.create(order);
    }

    private static NDArray copy(NDManager manager, float[] values) {
        NDArray vector = manager.zeros(new Shape(values.length));
        try {
            HostTransfer.toDevice(HostVector.of(values), vector);
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory failed to be read", e);
        }
        return vector;
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
