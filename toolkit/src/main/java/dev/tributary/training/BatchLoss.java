package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/**
 * A batch's loss in the form that is cheapest to differentiate.
 *
 * <p>The batch's mean loss is {@link #factor} times the sum over {@link #value}. The backward pass
 * can start from any array times any factor, so neither sum nor factor needs an operation in the
 * step; both are applied when the loss is read.
 */
sealed interface BatchLoss {

    /** The best form of a loss. */
    static BatchLoss of(Loss loss) {
        return loss instanceof SparseCrossEntropy ? new LogLikelihoods() : new Mean(loss);
    }

    /** The labels as {@link #value} wants them: themselves, or what the caller attaches. */
    NDArray arrange(NDArray labels);

    /** An array over a batch, recorded; of one shape for all batches of one size. */
    NDArray value(NDArray labels, NDList output);

    /** What the sum over the value must be multiplied by. */
    double factor(long batchSize);

    /** Any loss of DJL's: a batch mean, 0-d. */
    record Mean(Loss loss) implements BatchLoss {
        @Override
        public NDArray arrange(NDArray labels) {
            return loss instanceof MultiLabelLoss sets ? sets.bits(labels) : labels;
        }

        @Override
        public NDArray value(NDArray labels, NDList output) {
            NDArray mean = loss.evaluate(new NDList(labels), output);
            // Some losses leave an axis.
            return mean.isScalar() ? mean : mean.mean();
        }

        @Override
        public double factor(long batchSize) {
            return 1;
        }
    }

    /** {@link SparseCrossEntropy}: the examples' log likelihoods {@code [batch, 1]}. */
    record LogLikelihoods() implements BatchLoss {
        @Override
        public NDArray arrange(NDArray labels) {
            return labels.expandDims(1);
        }

        @Override
        public NDArray value(NDArray labels, NDList output) {
            return output.singletonOrThrow().logSoftmax(1).gather(labels, 1);
        }

        @Override
        public double factor(long batchSize) {
            return -1.0 / batchSize;
        }
    }
}
