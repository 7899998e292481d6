package dev.tributary.models.catalog;

import ai.djl.training.loss.Loss;

import dev.tributary.training.ErrorLoss;
import dev.tributary.training.LogisticLoss;
import dev.tributary.training.MultiLabelLoss;
import dev.tributary.training.SparseCrossEntropy;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a model is trained to make small; every family offers those that suit its data. */
public enum LossKind {
    /** Softmax cross-entropy over the classes; one output a class. */
    CROSS_ENTROPY,
    /**
     * The logistic loss of two classes; one output, positive for class 1. With labels -1 and +1 it
     * is {@code log(1 + exp(-label * output))}.
     */
    LOGISTIC,
    /**
     * The logistic loss of each of several labels; one output a label. A class is a set of labels,
     * as {@link MultiLabelLoss} says, so the number of classes is a power of two.
     */
    MULTI_LABEL,
    /** The squared error of a number (not half of it). */
    SQUARED,
    /** The absolute error of a number, for which a few wild targets count less. */
    ABSOLUTE;

    /** The option's name in run files. */
    static final String OPTION = "loss";

    static LossKind of(ModelContext context) {
        boolean classes = context.classCount() > 0;
        String text = context.options().get(OPTION);
        if (text == null) {
            return classes ? CROSS_ENTROPY : SQUARED;
        }
        String fitting =
                Arrays.stream(values())
                        .filter(kind -> kind.fits(context.classCount()))
                        .map(LossKind::word)
                        .collect(Collectors.joining(", "));
        for (LossKind kind : values()) {
            if (kind.word().equals(text.strip()) && kind.fits(context.classCount())) {
                return kind;
            }
        }
        throw context.wrong(
                OPTION, "for %d classes one of %s".formatted(context.classCount(), fitting));
    }

    /** As run files spell it. */
    private String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The loss, as a batch mean. */
    Loss loss(int classCount) {
        return switch (this) {
            case CROSS_ENTROPY -> new SparseCrossEntropy();
            case LOGISTIC -> new LogisticLoss();
            case MULTI_LABEL -> new MultiLabelLoss(MultiLabelLoss.labelsOf(classCount));
            case SQUARED -> ErrorLoss.squared();
            case ABSOLUTE -> ErrorLoss.absolute();
        };
    }

    int outputs(int classCount) {
        return switch (this) {
            case CROSS_ENTROPY -> classCount;
            case MULTI_LABEL -> MultiLabelLoss.labelsOf(classCount);
            case LOGISTIC, SQUARED, ABSOLUTE -> 1;
        };
    }

    /** What outputs mean: the probability of each class or label, or the number itself. */
    double[] answer(float[] outputs) {
        return switch (this) {
            case CROSS_ENTROPY -> softmax(outputs);
            case LOGISTIC -> {
                double one = sigmoid(outputs[0]);
                yield new double[] {1 - one, one};
            }
            case MULTI_LABEL -> {
                double[] probabilities = new double[outputs.length];
                Arrays.setAll(probabilities, i -> sigmoid(outputs[i]));
                yield probabilities;
            }
            case SQUARED, ABSOLUTE -> new double[] {outputs[0]};
        };
    }

    private static double sigmoid(double output) {
        return 1 / (1 + Math.exp(-output));
    }

    private static double[] softmax(float[] outputs) {
        double[] exponentials = new double[outputs.length];
        double largest = Double.NEGATIVE_INFINITY;
        for (float output : outputs) {
            largest = Math.max(largest, output);
        }
        double sum = 0;
        for (int i = 0; i < outputs.length; i++) {
            exponentials[i] = Math.exp(outputs[i] - largest);
            sum += exponentials[i];
        }
        for (int i = 0; i < outputs.length; i++) {
            exponentials[i] /= sum;
        }
        return exponentials;
    }

    private boolean fits(int classCount) {
        return switch (this) {
            case CROSS_ENTROPY -> classCount > 0;
            case LOGISTIC -> classCount == 2;
            case MULTI_LABEL -> MultiLabelLoss.labelsOf(classCount) > 0;
            case SQUARED, ABSOLUTE -> classCount == 0;
        };
    }
}
