package dev.tributary.simulation;

import dev.tributary.config.CohortConfig;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingException;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/** All clients of a round train the same model, and the round waits for all of them. */
final class SynchronousRounds implements RoundLoop {
    private final Federation federation;

    SynchronousRounds(Federation federation) {
        this.federation = federation;
    }

    @Override
    public Cohort round(int number) throws InterruptedException, RoundFailedException {
        CohortConfig config = federation.config().cohort();
        Cohort cohort = new Cohort(select(number));
        federation.listener().roundBegins(number, cohort.selected());
        federation.model().reset();
        // The largest first: what is left at the end is small.
        List<String> order =
                cohort.selected().stream()
                        .sorted(Comparator.comparing(federation::exampleCount).reversed())
                        .toList();
        federation.workers().each(order, (worker, client) -> train(worker, client, number, cohort));
        int updates = cohort.contributors().size();
        if (updates < config.minimum()) {
            throw new RoundFailedException(
                    number,
                    "expected updates of at least %d clients, found %d"
                            .formatted(config.minimum(), updates));
        }
        if (!federation.model().step()) {
            throw new RoundFailedException(number, "the new global model is not finite");
        }
        return cohort;
    }

    private List<String> select(int round) {
        int count = Math.min(federation.config().cohort().size(), federation.clients().size());
        return federation
                .strategy()
                .sampler()
                .sample(federation.clients(), count, federation.streams(), round);
    }

    private void train(Worker worker, String client, int round, Cohort cohort) throws IOException {
        SimulationListener listener = federation.listener();
        ProgressListener progress = (fraction, loss) -> listener.trains(client, fraction, loss);
        try {
            LocalResult result =
                    worker.train(
                            federation.model().flat(),
                            federation.population().data(client),
                            new Worker.Task(
                                    federation.config().training(),
                                    round,
                                    federation.streams(),
                                    client,
                                    progress));
            fold(worker, result, cohort);
            cohort.accept(client, result);
            listener.trained(client, Cohort.lastLoss(result));
        } catch (TrainingException e) {
            listener.failed(round, client, String.valueOf(e.getMessage()));
        }
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
