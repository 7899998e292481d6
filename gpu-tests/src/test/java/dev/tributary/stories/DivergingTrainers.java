package dev.tributary.stories;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.agent.Client;
import dev.tributary.agent.ModelTrainer;
import dev.tributary.agent.ModelTrainers;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;

/** Really trains, but starts from a model that is no number. */
record DivergingTrainers(ModelTrainers real) implements ModelTrainers {
    @Override
    public ModelTrainer open(ModelSpec model, Device device) {
        return new Diverging(real.open(model, device));
    }

    private record Diverging(ModelTrainer real) implements ForwardingTrainer {
        @Override
        public LocalResult train(
                NDArray flat,
                GradientCorrection correction,
                Client client,
                RoundTask task,
                ProgressListener listener) {
            flat.addi(Float.NaN);
            return real.train(flat, correction, client, task, listener);
        }
    }
}
