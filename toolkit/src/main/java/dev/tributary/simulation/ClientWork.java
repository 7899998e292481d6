package dev.tributary.simulation;

import ai.djl.ndarray.NDArray;

import dev.tributary.evaluation.FederatedEvaluation;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.Holdout;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingException;
import dev.tributary.training.TrainingPlan;

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
            worker.keepState(client);
            cohort.accept(client, result);
            federation.listener().trained(client, result.lastLoss());
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
            Worker worker, NDArray received, String client, int round, RandomStreams streams)
            throws IOException {
        SimulationListener listener = federation.listener();
        ProgressListener progress = (fraction, loss) -> listener.trains(client, fraction, loss);
        Worker.Task task = task(client, round, streams, progress);
        return federation.data().with(client, data -> worker.train(received, data, task));
    }

    /**
     * Evaluates the global model, and what the client makes of it, on the client's data; a client
     * that cannot is told of and left out.
     */
    void evaluate(Worker worker, String client, int round, FederatedEvaluation into)
            throws IOException {
        Worker.Task task = task(client, round, federation.streams(), ProgressListener.NONE);
        try {
            federation
                    .data()
                    .with(
                            client,
                            data -> {
                                worker.evaluate(federation.model().flat(), data, task, into);
                                return into;
                            });
        } catch (TrainingException e) {
            federation.listener().failed(round, client, String.valueOf(e.getMessage()));
        }
    }

    /** What is held out does not depend on the streams of this training. */
    private Worker.Task task(
            String client, int round, RandomStreams streams, ProgressListener listener) {
        TrainingPlan plan = federation.training();
        Holdout holdout = new Holdout(plan.holdout(), federation.streams(), client);
        return new Worker.Task(plan, round, streams, client, holdout, listener);
    }

    private void fold(Worker worker, LocalResult result, Cohort cohort) throws IOException {
        try {
            federation
                    .model()
                    .fold(
                            worker.update(),
                            worker.magnitude(),
                            federation.strategy().weighting().of(result.exampleCount()),
                            cohort.selected().size());
        } catch (TrainingException e) {
            cohort.reject();
            throw e;
        }
    }
}
