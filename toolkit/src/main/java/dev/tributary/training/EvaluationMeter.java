package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;

import dev.tributary.evaluation.ConfusionMatrix;
import dev.tributary.evaluation.ErrorSums;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.evaluation.LabelCounts;
import dev.tributary.evaluation.ScoreHistogram;

import java.util.Optional;

/**
 * Notes what a model said of each example, in their order, and counts once all are there.
 *
 * <p>What it notes stays on the device until it is read, in arrays made beforehand: 4 to 12 bytes
 * an example, and no waiting.
 */
final class EvaluationMeter {
    private final DeviceDataset data;
    private final NDArray said;
    private final int labelCount;
    private final boolean scored;
    private int next;
    private int classes;

    /**
     * @param scope owns the notes
     * @param loss says whether outputs are for classes or for labels
     */
    EvaluationMeter(NDManager scope, DeviceDataset data, Loss loss) {
        this.data = data;
        this.labelCount = loss instanceof MultiLabelLoss sets ? sets.labels() : 0;
        this.scored = data.classCount() == 2 && labelCount == 0;
        this.said = scope.zeros(new Shape(scored ? 2 : 1, data.exampleCount()));
    }

    /**
     * Adds a batch, in the data set's order.
     *
     * @param output float32, as the model gave it
     */
    void add(NDArray output, int size) {
        int end = next + size;
        classes = (int) Math.max(data.classCount(), output.getShape().size() / size);
        if (data.classCount() == 0) {
            note(0, end, output.reshape(size));
        } else if (labelCount > 0) {
            note(0, end, Predictions.sets(output));
        } else {
            note(0, end, Predictions.of(output).toType(DataType.FLOAT32, false));
        }
        if (scored) {
            note(1, end, Predictions.probability(output));
        }
        next = end;
    }

    /** The whole result; waits for the device. */
    EvaluationResult result(double lossSum) {
        float[] values = said.toFloatArray();
        int count = data.exampleCount();
        float[] labels = data.hostLabels();
        if (data.classCount() == 0) {
            return regression(values, labels, lossSum);
        }
        int[] truths = new int[count];
        int[] guesses = new int[count];
        long correct = 0;
        for (int i = 0; i < count; i++) {
            truths[i] = (int) labels[i];
            guesses[i] = (int) values[i];
            correct += truths[i] == guesses[i] ? 1 : 0;
        }
        return new EvaluationResult(
                count,
                lossSum,
                correct,
                confusion(truths, guesses),
                scores(truths, values),
                labelCount == 0
                        ? Optional.empty()
                        : Optional.of(LabelCounts.of(labelCount, truths, guesses)),
                Optional.empty());
    }

    private void note(int row, int end, NDArray values) {
        said.set(new NDIndex("{}, {}:{}", row, next, end), values);
    }

    /** As large as the model has outputs, so that the matrices of all data sets add. */
    private Optional<ConfusionMatrix> confusion(int[] truths, int[] guesses) {
        return labelCount > 0 || classes > ConfusionMatrix.MAX_CLASSES
                ? Optional.empty()
                : Optional.of(ConfusionMatrix.of(classes, truths, guesses));
    }

    private Optional<ScoreHistogram> scores(int[] truths, float[] values) {
        if (!scored) {
            return Optional.empty();
        }
        float[] probabilities = new float[truths.length];
        System.arraycopy(values, truths.length, probabilities, 0, truths.length);
        return Optional.of(ScoreHistogram.of(truths, probabilities));
    }

    private static EvaluationResult regression(float[] values, float[] targets, double lossSum) {
        double absolute = 0;
        double squared = 0;
        for (int i = 0; i < targets.length; i++) {
            double error = values[i] - (double) targets[i];
            absolute += Math.abs(error);
            squared += error * error;
        }
        return new EvaluationResult(
                targets.length,
                lossSum,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new ErrorSums(targets.length, absolute, squared)));
    }
}
