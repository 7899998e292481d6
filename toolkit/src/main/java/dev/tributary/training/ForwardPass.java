package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.tributary.evaluation.EvaluationResult;

import java.util.Arrays;

/** A model as it is, computed on all examples of a data set in their own order. */
final class ForwardPass {
    private final LocalModel model;
    private final NDManager scope;
    private final DeviceDataset data;
    private final ModelWeights weights;
    private final BatchLoss loss;
    private final DeviceBatches batches;

    /**
     * @param scope owns what the pass takes
     * @param flat the model's parameters; read only
     * @param batchSize examples at a time
     */
    ForwardPass(
            LocalModel model, NDManager scope, NDArray flat, DeviceDataset data, int batchSize) {
        this.model = model;
        this.scope = scope;
        this.data = data;
        weights = model.weights(scope, flat, false);
        loss = new BatchLoss.Mean(model.loss());
        batches = new DeviceBatches(scope, data, model.example(), loss, batchSize, false);
    }

    /** Takes what the model says of one batch; its scope closes it afterwards. */
    @FunctionalInterface
    private interface OutputConsumer {
        void accept(NDList output, NDArray labels, int size);
    }

    /** How good the outputs are. */
    EvaluationResult evaluate() {
        LossMeter meter = new LossMeter(scope, loss, batches.batchSize());
        EvaluationMeter answers = new EvaluationMeter(scope, data, model.loss());
        each(
                (output, labels, size) -> {
                    ModelFit.checkOutput(output.head(), data, model.loss());
                    meter.add(loss.value(labels, output), size);
                    answers.add(output.head(), size);
                });
        return answers.result(meter.sum());
    }

    /** The outputs of each example, one row after the other, on the host. */
    float[][] outputs() {
        float[][] rows = new float[data.exampleCount()][];
        int[] next = {0};
        each(
                (output, labels, size) -> {
                    float[] values = output.head().toFloatArray();
                    int width = values.length / size;
                    for (int i = 0; i < size; i++) {
                        rows[next[0]++] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
                    }
                });
        return rows;
    }

    private void each(OutputConsumer consumer) {
        batches.inOrder(
                scope,
                (step, features, labels, size) ->
                        consumer.accept(
                                model.forward(weights, new NDList(features), false),
                                labels,
                                (int) size));
    }
}
