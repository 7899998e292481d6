package dev.tributary.agent;

import ai.djl.ndarray.NDArray;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;

/** What a client does with a model that it received. One call at a time. */
public interface ModelTrainer extends AutoCloseable {

    /** Where each parameter of the model lies in its vector. */
    ParameterLayout layout();

    /**
     * Trains on the examples of a client that the task does not hold out.
     *
     * @param flat float32 {@code [layout.size()]} on the trainer's device: the received model
     *     before, the trained one after
     * @param correction what each step adds to the gradient
     * @throws dev.tributary.training.TrainingException if model and data do not fit, or numbers are
     *     no longer finite
     */
    LocalResult train(
            NDArray flat,
            GradientCorrection correction,
            Client client,
            RoundTask task,
            ProgressListener listener);

    /**
     * Evaluates.
     *
     * @param flat float32 {@code [layout.size()]} on the trainer's device; read only
     * @param examples of a client
     */
    EvaluationResult evaluate(NDArray flat, DeviceDataset examples);

    /** Frees the model. */
    @Override
    void close();
}
