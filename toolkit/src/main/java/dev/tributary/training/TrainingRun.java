package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.random.RandomStreams.Purpose;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One client's training in one round: epochs of steps. Waits for the device once an epoch. */
final class TrainingRun {
    private static final int REPORTS_PER_EPOCH = 64;

    private final NDManager scope;
    private final NDArray flat;
    private final DeviceDataset data;
    private final TrainingPlan plan;
    private final ModelWeights weights;
    private final TrainingStep step;
    private final DeviceBatches batches;
    private final SplittableRandom order;
    private final SplittableRandom changes;
    private final @Nullable Augmenter augmenter;
    private final ProgressListener listener;
    private double lastLoss;

    TrainingRun(
            LocalModel model,
            NDManager scope,
            NDArray flat,
            DeviceDataset data,
            TrainingPlan plan,
            ClientKey key,
            GradientCorrection correction,
            ProgressListener listener) {
        this.scope = scope;
        this.flat = flat;
        this.data = data;
        this.plan = plan;
        this.listener = listener;
        this.order = key.stream(Purpose.SHUFFLE);
        this.changes = key.stream(Purpose.AUGMENTATION);
        this.augmenter =
                plan.augmentation().active()
                        ? new Augmenter(scope, data.featureShape(), plan.augmentation())
                        : null;
        this.weights = model.weights(scope, flat, true);
        WeightSegments segments =
                WeightSegments.of(weights, scope, flat, model.parameters().layout());
        this.batches = model.batches(scope, data, plan.batchSize());
        this.step =
                new TrainingStep(
                        model,
                        scope,
                        data,
                        batches,
                        segments,
                        key.engine(model.block()),
                        plan,
                        plan.learningRateAt(key.round()),
                        correction);
    }

    LocalResult train() {
        long started = System.nanoTime();
        long[] indices = data.order();
        List<Double> losses = new ArrayList<>();
        for (int epoch = 1; epoch <= plan.localEpochs(); epoch++) {
            lastLoss = epoch(indices) / data.exampleCount();
            requireFinite(Double.isFinite(lastLoss), "training loss", lastLoss, epoch);
            losses.add(lastLoss);
        }
        weights.finish();
        requireFinite(
                LocalTrainer.isFinite(flat, scope),
                "model vector",
                "NaN or infinity",
                plan.localEpochs());
        return new LocalResult(
                data.exampleCount(), step.steps(), losses, System.nanoTime() - started);
    }

    private double epoch(long[] indices) {
        try (NDManager epoch = scope.newSubManager()) {
            LossMeter meter = new LossMeter(epoch, batches.loss(), batches.batchSize());
            batches.shuffled(
                    epoch,
                    indices,
                    order,
                    change(epoch),
                    (batch, features, labels, size) -> {
                        meter.add(step.take(batch, features, labels, size), size);
                        report();
                    });
            return meter.sum();
        }
    }

    /** What this epoch makes of its images. */
    private DeviceBatches.Change change(NDManager epoch) {
        Augmenter present = augmenter;
        if (present == null) {
            return DeviceBatches.Change.NONE;
        }
        Augmenter.Choices choices = present.choices(epoch, data.exampleCount(), changes);
        return (block, features, from) -> present.apply(block, features, choices, from);
    }

    private void report() {
        int perEpoch = batches.batchesPerEpoch();
        long every = Math.max(1, perEpoch / REPORTS_PER_EPOCH);
        long planned = (long) perEpoch * plan.localEpochs();
        if (step.steps() % every == 0 || step.steps() == planned) {
            listener.progress((double) step.steps() / planned, lastLoss);
        }
    }

    private void requireFinite(boolean holds, String what, Object found, int epoch) {
        if (!holds) {
            throw new TrainingException(
                    "%s after local epoch %d of %d: expected finite numbers, found %s; a smaller learning rate or clipping may help"
                            .formatted(what, epoch, plan.localEpochs(), found));
        }
    }
}
