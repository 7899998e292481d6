package dev.tributary.stories;

import ai.djl.ndarray.NDArray;

import dev.tributary.agent.Client;
import dev.tributary.agent.ModelTrainer;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;

/** Trains as another does: a test changes one thing. */
interface ForwardingTrainer extends ModelTrainer {
    ModelTrainer real();

    @Override
    default ParameterLayout layout() {
        return real().layout();
    }

    @Override
    default LocalResult train(
            NDArray flat,
            GradientCorrection correction,
            Client client,
            RoundTask task,
            ProgressListener listener) {
        return real().train(flat, correction, client, task, listener);
    }

    @Override
    default EvaluationResult evaluate(NDArray flat, DeviceDataset examples) {
        return real().evaluate(flat, examples);
    }

    @Override
    default void close() {
        real().close();
    }
}
