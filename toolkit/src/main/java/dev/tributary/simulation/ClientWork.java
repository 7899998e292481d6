package dev.tributary.simulation;

import ai.djl.ndarray.NDArray;

import dev.tributary.random.RandomStreams;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingException;

import java.io.IOException;

/** What a worker does for a client: trains its model; folds the update. Any thread. */
final class ClientWork {
    private final Federation federation;

    ClientWork(Federation federation) {
        this.federation = federation;
    }

    /**
     * Trains the global model and folds the update, whichever others come; a client that cannot is
     * told of and left out.
     */
    void contribute(Worker worker, String client, int round, Cohort cohort) throws IOException {
        try {
            LocalResult result =
                    train(worker, federation.model().flat(), client, round, federation.streams());
            fold(worker, result, cohort);
            cohort.accept(client, result);
            federation.listener().trained(client, Cohort.lastLoss(result));
        } catch (TrainingException e) {
            federation.listener().failed(round, client, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Trains a model; the worker then holds the update.
     *
     * @throws TrainingException if there is no update
     */
    LocalResult train(
            Worker worker, NDArray received, String client, int round, RandomStreams streams) {
        SimulationListener listener = federation.listener();
        ProgressListener progress = (fraction, loss) -> listener.trains(client, fraction, loss);
        return worker.train(
                received,
                federation.population().data(client),
                new Worker.Task(federation.config().training(), round, streams, client, progress));
    }

    private void fold(Worker worker, LocalResult result, Cohort cohort) throws IOException {
        try {
            federation
                    .model()
                    .fold(
                            worker.update(),
                            worker.magnitude(),
                            result.exampleCount(),
                            cohort.selected().size());
        } catch (TrainingException e) {
            cohort.reject();
            throw e;
        }
    }
}
