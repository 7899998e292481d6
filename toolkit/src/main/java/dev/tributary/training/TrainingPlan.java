package dev.tributary.training;

import static java.util.Objects.requireNonNull;

import dev.tributary.parameters.Precision;

import java.util.Locale;
import java.util.function.Consumer;

/**
 * What a client does with its data in one round.
 *
 * @param localEpochs passes over the local data, at least 1
 * @param batchSize local batch size in examples, at least 1; the last batch of an epoch may be
 *     smaller. {@link #WHOLE_DATASET} for the paper's B = infinity
 * @param optimizer the update rule
 * @param schedule the learning rate over the rounds
 * @param clipNorm the largest global L2 norm of a gradient; a longer gradient is scaled to it. 0
 *     switches clipping off
 * @param proximalMu FedProx's mu: how strongly a client is held to the model that it received, at
 *     least 0; 0 switches that off. Reported losses are without this term
 * @param updateForm what it uploads; a gradient is that of the whole local data at once, whatever
 *     the batch size, and so needs one local epoch and no proximal term
 * @param updatePrecision in how many bits the values of an update travel; differences and gradients
 *     bear to be rounded to {@link Precision#FLOAT16}, weights do not
 * @param augmentation how images are changed at random
 * @param holdout the share of a client's examples that it does not train on but evaluates, in [0,
 *     1), as {@link Holdout} draws them; 0 holds nothing out
 */
public record TrainingPlan(
        int localEpochs,
        int batchSize,
        OptimizerPlan optimizer,
        LearningRateSchedule schedule,
        double clipNorm,
        double proximalMu,
        UpdateForm updateForm,
        Precision updatePrecision,
        Augmentation augmentation,
        double holdout) {

    /** A batch size that takes all local examples at once. */
    public static final int WHOLE_DATASET = Integer.MAX_VALUE;

    /** Checks the ranges. */
    public TrainingPlan {
        Ranges.atLeast("local epochs", 1, localEpochs);
        Ranges.atLeast("batch size", 1, batchSize);
        requireNonNull(optimizer, "optimizer is null");
        requireNonNull(schedule, "schedule is null");
        Ranges.notNegative("clip norm", clipNorm);
        Ranges.notNegative("proximal mu", proximalMu);
        requireNonNull(updateForm, "updateForm is null");
        requireNonNull(updatePrecision, "updatePrecision is null");
        requireNonNull(augmentation, "augmentation is null");
        if (updateForm == UpdateForm.WEIGHTS && updatePrecision != Precision.FLOAT32) {
            throw new IllegalArgumentException(
                    "update precision: expected float32 where weights are uploaded, found "
                            + updatePrecision.name().toLowerCase(Locale.ROOT));
        }
        Ranges.fraction("holdout", holdout);
    }

    /**
     * Without a proximal term; clients upload differences of all their examples, with images as
     * they are.
     */
    public TrainingPlan(
            int localEpochs,
            int batchSize,
            OptimizerPlan optimizer,
            LearningRateSchedule schedule,
            double clipNorm) {
        this(
                localEpochs,
                batchSize,
                optimizer,
                schedule,
                clipNorm,
                0,
                UpdateForm.DELTA,
                Precision.FLOAT32,
                Augmentation.NONE,
                0);
    }

    /** The same with another number of epochs. */
    public TrainingPlan withLocalEpochs(int newLocalEpochs) {
        return with(draft -> draft.localEpochs = newLocalEpochs);
    }

    /** The same with FedProx's term. */
    public TrainingPlan withProximalMu(double newProximalMu) {
        return with(draft -> draft.proximalMu = newProximalMu);
    }

    /** The same with another upload. */
    public TrainingPlan withUpdateForm(UpdateForm newForm) {
        return with(draft -> draft.updateForm = newForm);
    }

    /** The same with an upload of another precision. */
    public TrainingPlan withUpdatePrecision(Precision newPrecision) {
        return with(draft -> draft.updatePrecision = newPrecision);
    }

    /** The same with images changed at random. */
    public TrainingPlan withAugmentation(Augmentation newAugmentation) {
        return with(draft -> draft.augmentation = newAugmentation);
    }

    /** The same with some examples held out. */
    public TrainingPlan withHoldout(double newHoldout) {
        return with(draft -> draft.holdout = newHoldout);
    }

    /** Plain SGD at a constant rate, without clipping. */
    public static TrainingPlan sgd(int localEpochs, int batchSize, double learningRate) {
        return new TrainingPlan(
                localEpochs,
                batchSize,
                OptimizerPlan.sgd(learningRate),
                LearningRateSchedule.constant(),
                0);
    }

    /**
     * The optimizer steps that a client takes in a round.
     *
     * @param exampleCount its examples, at least 0
     */
    public long steps(long exampleCount) {
        long batches = exampleCount / batchSize + (exampleCount % batchSize == 0 ? 0 : 1);
        return batches * localEpochs;
    }

    /** The client learning rate of a round, from 1. */
    public double learningRateAt(int round) {
        return optimizer.learningRate() * schedule.factorAt(round);
    }

    private TrainingPlan with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.plan();
    }

    /** A plan that can still be changed. */
    private static final class Draft {
        private int localEpochs;
        private int batchSize;
        private OptimizerPlan optimizer;
        private LearningRateSchedule schedule;
        private double clipNorm;
        private double proximalMu;
        private UpdateForm updateForm;
        private Precision updatePrecision;
        private Augmentation augmentation;
        private double holdout;

        Draft(TrainingPlan plan) {
            localEpochs = plan.localEpochs;
            batchSize = plan.batchSize;
            optimizer = plan.optimizer;
            schedule = plan.schedule;
            clipNorm = plan.clipNorm;
            proximalMu = plan.proximalMu;
            updateForm = plan.updateForm;
            updatePrecision = plan.updatePrecision;
            augmentation = plan.augmentation;
            holdout = plan.holdout;
        }

        TrainingPlan plan() {
            return new TrainingPlan(
                    localEpochs,
                    batchSize,
                    optimizer,
                    schedule,
                    clipNorm,
                    proximalMu,
                    updateForm,
                    updatePrecision,
                    augmentation,
                    holdout);
        }
    }
}
