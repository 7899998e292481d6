package dev.tributary.models.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.data.LocalDataset;
import dev.tributary.device.GpuActivity;
import dev.tributary.device.NativeStack;
import dev.tributary.models.bench.TrainBenchmarkResult.GpuUse;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares {@link LocalTrainer} with DJL's own {@code Trainer} loop.
 *
 * <p>Both train the same model from the same initial parameters on the very same batches, in turns
 * within one process, so that a busy machine slows both. What is timed is an epoch of plain SGD:
 * batches, forward, backward, step. The baseline is DJL at its best: data resident on the device,
 * no evaluators, no listeners, no synchronization.
 *
 * <p>The result is the median over the repetitions. Uses the calling thread.
 */
public final class TrainBenchmark {
    /** By this name both draw the order of their examples. */
    static final String CLIENT = "bench";

    private static final double LEARNING_RATE = 0.01;
    private static final Duration WARM_UP = Duration.ofMillis(1500);
    private static final Duration GPU_SETTLES = Duration.ofSeconds(1);
    private static final Duration GPU_WATCH = Duration.ofSeconds(3);
    private static final RandomStreams STREAMS = new RandomStreams(1);

    private TrainBenchmark() {}

    /**
     * Runs the comparison.
     *
     * @param model a classifier
     * @param data examples that suit it; an epoch of them is one measurement
     * @param batchSize examples in a batch, at most as many as there are
     * @param device where to train
     * @param repetitions measurements of each contestant, at least 1
     */
    public static TrainBenchmarkResult run(
            ModelDefinition model,
            LocalDataset data,
            int batchSize,
            Device device,
            int repetitions) {
        if (repetitions < 1 || batchSize < 1 || batchSize > data.exampleCount()) {
            throw new IllegalArgumentException(
                    "expected at least 1 repetition and a batch size in [1, %d], found %d and %d"
                            .formatted(data.exampleCount(), repetitions, batchSize));
        }
        if (data.classCount() == 0) {
            throw new IllegalArgumentException("expected labels that are classes, found targets");
        }
        NativeStack.engine();
        try (Contestant ours = new Ours(model, data, batchSize, device);
                Contestant theirs = new DjlLoop(model, data, batchSize, device, LEARNING_RATE)) {
            int warm = Math.max(warmUp(ours), warmUp(theirs));
            double[] ourRates = new double[repetitions];
            double[] theirRates = new double[repetitions];
            for (int i = 0; i < repetitions; i++) {
                int round = warm + i;
                ourRates[i] = data.exampleCount() / seconds(ours, round);
                theirRates[i] = data.exampleCount() / seconds(theirs, round);
            }
            double our = median(ourRates);
            double their = median(theirRates);
            return new TrainBenchmarkResult(
                    model.context().model(),
                    model.parameterCount(),
                    batchSize,
                    data.exampleCount(),
                    device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu",
                    NativeStack.intraOpThreads(),
                    repetitions,
                    our,
                    their,
                    our / their,
                    gpuUse(ours, warm, device, batchSize / our));
        }
    }

    /**
     * Trains on for a while and asks the driver meanwhile; what it says is of up to a second
     * before.
     */
    private static @Nullable GpuUse gpuUse(
            Contestant contestant, int round, Device device, double stepSeconds) {
        if (!device.isGpu()) {
            return null;
        }
        List<Integer> percents = new ArrayList<>();
        long start = System.nanoTime();
        long now = start;
        while (now - start < GPU_WATCH.toNanos()) {
            contestant.epoch(round);
            now = System.nanoTime();
            if (now - start > GPU_SETTLES.toNanos()) {
                GpuActivity.busyPercent(device).ifPresent(percents::add);
            }
        }
        return percents.isEmpty()
                ? null
                : GpuUse.of(
                        percents.stream().mapToInt(Integer::intValue).average().orElseThrow(),
                        stepSeconds);
    }

    /** The first round that it has not trained. */
    private static int warmUp(Contestant contestant) {
        long end = System.nanoTime() + WARM_UP.toNanos();
        int round = 1;
        do {
            contestant.epoch(round++);
        } while (System.nanoTime() - end < 0);
        return round;
    }

    private static double seconds(Contestant contestant, int round) {
        long started = System.nanoTime();
        contestant.epoch(round);
        return (System.nanoTime() - started) / 1e9;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /** Trains an epoch, whose batches the round decides, and has it finished on return. */
    interface Contestant extends AutoCloseable {
        void epoch(int round);

        @Override
        void close();
    }

    private static final class Ours implements Contestant {
        private final NDManager manager;
        private final LocalTrainer trainer;
        private final DeviceDataset data;
        private final NDArray flat;
        private final TrainingPlan plan;

        Ours(ModelDefinition model, LocalDataset data, int batchSize, Device device) {
            this.manager = NDManager.newBaseManager(device);
            this.trainer = new LocalTrainer(model.newBlock(manager), model.loss(), device);
            this.data = DeviceDataset.of(data, device);
            this.flat = manager.zeros(new Shape(model.layout().size()));
            model.initialize(flat, STREAMS);
            this.plan = TrainingPlan.sgd(1, batchSize, LEARNING_RATE);
        }

        @Override
        public void epoch(int round) {
            trainer.train(flat, data, plan, round, STREAMS, CLIENT, ProgressListener.NONE);
        }

        @Override
        public void close() {
            data.close();
            trainer.close();
            manager.close();
        }
    }
}
