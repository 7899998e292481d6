package dev.tributary.training;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.tributary.device.DeviceMemory;
import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.random.RandomStreams;

/**
 * Trains a client's model on its local data, and evaluates models.
 *
 * <p>Models come and go as flat vectors; the Block only says how to compute with them, and its own
 * arrays are neither read nor written, but for a TorchScript module's, which are overwritten.
 * Optimizer state starts afresh in each call, so that a client's result depends on the model, data,
 * plan and streams it was given and on nothing before.
 *
 * <p>The same call gives the same vector, bit for bit, on the same native stack and with one
 * intra-op thread: also while other trainers work on other threads, each with a Block of its own.
 * Two exceptions: Blocks that draw from the engine's generator in code of their own while others
 * draw too, and GPU kernels that are not deterministic.
 *
 * <p>Long-lived, one for each client slot; one call at a time. No device memory outlives a call.
 */
public final class LocalTrainer implements AutoCloseable {
    private final NDManager manager;
    private final LocalModel model;
    private final Device device;

    /**
     * A trainer.
     *
     * @param block initialized, float32, and used by nobody else while this trainer works; the
     *     caller keeps owning it
     * @param loss gives the mean loss of a batch; int64 labels {@code [batch]} for classification,
     *     float32 targets {@code [batch]} for regression. Must be thread-safe if shared
     * @param device where vectors and data will be
     * @throws IllegalArgumentException if the Block is not initialized or not float32
     */
    public LocalTrainer(Block block, Loss loss, Device device) {
        requireNonNull(block, "block is null");
        requireNonNull(loss, "loss is null");
        this.device = requireNonNull(device, "device is null");
        this.model = new LocalModel(block, FlatParameters.of(block), loss);
        NativeStack.engine();
        this.manager = NDManager.newBaseManager(device);
    }

    /** Where each parameter lies in the vectors. */
    public ParameterLayout layout() {
        return model.parameters().layout();
    }

    /**
     * Trains for one round; where the plan asks for a gradient, the vector has that afterwards in
     * the place of its trainables.
     *
     * @param flat float32 {@code [layout.size()]} on this device: the received model before, the
     *     trained one after. After an exception, something in between
     * @param data on this device
     * @param plan epochs, batches, optimizer, rate, clipping
     * @param round the round, from 1
     * @param streams the run's random streams
     * @param client the client's id, for its own order of examples
     * @param listener hears of the progress
     * @throws TrainingException if model and data do not fit, the device's memory is too small, or
     *     the loss or a parameter is no longer finite
     * @throws IllegalArgumentException if the vector has another size, type or device
     */
    public LocalResult train(
            NDArray flat,
            DeviceDataset data,
            TrainingPlan plan,
            int round,
            RandomStreams streams,
            String client,
            ProgressListener listener) {
        return train(flat, data, plan, round, streams, client, GradientCorrection.NONE, listener);
    }

    /**
     * Trains for one round, for another objective than the loss alone.
     *
     * @param correction what each step adds to the gradient
     * @see #train(NDArray, DeviceDataset, TrainingPlan, int, RandomStreams, String,
     *     ProgressListener)
     */
    public LocalResult train(
            NDArray flat,
            DeviceDataset data,
            TrainingPlan plan,
            int round,
            RandomStreams streams,
            String client,
            GradientCorrection correction,
            ProgressListener listener) {
        check(flat, data);
        try (GradientScope off = GradientScope.off();
                NDManager scope = manager.newSubManager()) {
            ClientKey key = new ClientKey(streams, round, client);
            if (plan.updateForm() == UpdateForm.GRADIENT) {
                return gradient(scope, flat, data, plan, key);
            }
            return new TrainingRun(model, scope, flat, data, plan, key, correction, listener)
                    .train();
        } catch (EngineException e) {
            boolean single = Math.min(plan.batchSize(), data.exampleCount()) == 1;
            boolean takesVariance = layout().size(ParameterKind.STATISTIC) > 0;
            throw single && takesVariance && !DeviceMemory.exhausted(e)
                    ? noVariance(e)
                    : refused(data, plan.batchSize(), e);
        }
    }

    private LocalResult gradient(
            NDManager scope, NDArray flat, DeviceDataset data, TrainingPlan plan, ClientKey key) {
        LocalResult result = new FullGradient(model, scope, flat, data, plan, key).replaceWeights();
        if (!Double.isFinite(result.meanLoss()) || !isFinite(flat, scope)) {
            throw new TrainingException(
                    "gradient: expected finite numbers, found a loss of " + result.meanLoss());
        }
        return result;
    }

    /** Any number minus itself is zero, but NaN and infinity are not. */
    static boolean isFinite(NDArray vector, NDManager scope) {
        try (NDArray zeros = vector.sub(vector)) {
            zeros.attach(scope);
            return zeros.sum().toFloatArray()[0] == 0;
        }
    }

    /**
     * Evaluates a model.
     *
     * @param flat float32 {@code [layout.size()]} on this device; read only
     * @param data on this device
     * @param batchSize examples at a time; changes speed and memory only
     * @throws TrainingException if model and data do not fit, or the device's memory is too small
     * @throws IllegalArgumentException if the vector has another size, type or device
     */
    public EvaluationResult evaluate(NDArray flat, DeviceDataset data, int batchSize) {
        Ranges.atLeast("batch size", 1, batchSize);
        check(flat, data);
        try (GradientScope off = GradientScope.off();
                NDManager scope = manager.newSubManager()) {
            return new ForwardPass(model, scope, flat, data, batchSize).evaluate();
        } catch (EngineException e) {
            throw refused(data, batchSize, e);
        }
    }

    /**
     * Computes what a model says of each example.
     *
     * @param flat float32 {@code [layout.size()]} on this device; read only
     * @param data on this device; its labels are not looked at
     * @param batchSize examples at a time; changes speed and memory only
     * @return the outputs of each example, in the data set's order, one row after the other
     * @throws TrainingException if model and data do not fit, or the device's memory is too small
     * @throws IllegalArgumentException if the vector has another size, type or device
     */
    public float[][] outputs(NDArray flat, DeviceDataset data, int batchSize) {
        Ranges.atLeast("batch size", 1, batchSize);
        check(flat, data);
        try (GradientScope off = GradientScope.off();
                NDManager scope = manager.newSubManager()) {
            return new ForwardPass(model, scope, flat, data, batchSize).outputs();
        } catch (EngineException e) {
            throw refused(data, batchSize, e);
        }
    }

    /** Frees what the trainer itself holds; vectors, data and Block belong to others. */
    @Override
    public void close() {
        manager.close();
    }

    /** For tests: arrays and scopes that are alive on behalf of this trainer. */
    NDManager manager() {
        return manager;
    }

    private void check(NDArray flat, DeviceDataset data) {
        ModelFit.checkVector(flat, layout().size(), device);
        ModelFit.checkFeatures(model.example(), data, device);
    }

    /** The memory that the call took is free again, and the trainer as good as before. */
    private TrainingException refused(DeviceDataset data, int batchSize, EngineException cause) {
        if (DeviceMemory.exhausted(cause)) {
            return new TrainingException(
                    "the memory of %s is too small for batches of %d examples of %s and a model of %d parameters: a smaller batch size needs less (%s)"
                            .formatted(
                                    device,
                                    Math.min(batchSize, data.exampleCount()),
                                    data.featureShape(),
                                    layout().size(),
                                    firstLine(cause)),
                    cause);
        }
        return new TrainingException(
                "the engine refused to compute the model on features %s: %s"
                        .formatted(data.featureShape(), firstLine(cause)),
                cause);
    }

    private static TrainingException noVariance(EngineException cause) {
        return new TrainingException(
                "BatchNorm takes the variance of a batch: expected at least 2 examples in one,"
                    + " found 1; a client needs 2 examples to train on, and batch-size at least 2,"
                    + " or the"
                        + " model another normalization (%s)".formatted(firstLine(cause)),
                cause);
    }

    private static String firstLine(EngineException cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no message");
    }
}
