package dev.tributary.stories;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.agent.AgentStoppedException;
import dev.tributary.agent.Client;
import dev.tributary.agent.ModelTrainer;
import dev.tributary.agent.ModelTrainers;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;

import java.util.concurrent.CountDownLatch;

/**
 * Really trains, until a round in which it never ends.
 *
 * @param real what trains before
 * @param round the round
 * @param reached counted down when that begins
 */
record HangingTrainers(ModelTrainers real, int round, CountDownLatch reached)
        implements ModelTrainers {
    @Override
    public ModelTrainer open(ModelSpec model, Device device) {
        return new Hanging(real.open(model, device), round, reached);
    }

    private record Hanging(ModelTrainer real, int round, CountDownLatch reached)
            implements ForwardingTrainer {
        @Override
        public LocalResult train(
                NDArray flat,
                GradientCorrection correction,
                Client client,
                RoundTask task,
                ProgressListener listener) {
            if (task.round() < round) {
                return real.train(flat, correction, client, task, listener);
            }
            reached.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new AgentStoppedException();
        }
    }
}
