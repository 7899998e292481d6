package dev.tributary.simulation;

import java.util.Comparator;
import java.util.List;

/** Without a clock: all clients of a round train the same model, and the round waits for all. */
final class SynchronousRounds implements RoundLoop {
    private final Federation federation;
    private final ClientWork work;

    SynchronousRounds(Federation federation) {
        this.federation = federation;
        this.work = new ClientWork(federation);
    }

    @Override
    public Cohort round(int number) throws InterruptedException, RoundFailedException {
        Cohort cohort = new Cohort(select(number));
        federation.listener().roundBegins(number, cohort.selected());
        federation.model().reset();
        federation.states().discard();
        federation
                .workers()
                .each(
                        largestFirst(federation, cohort.selected()),
                        (worker, client) -> work.contribute(worker, client, number, cohort));
        RoundLoop.requireEnough(federation, number, cohort);
        RoundLoop.step(federation, number);
        return cohort;
    }

    /** What is left at the end is small. */
    static List<String> largestFirst(Federation federation, List<String> clients) {
        return clients.stream()
                .sorted(Comparator.comparing(federation::exampleCount).reversed())
                .toList();
    }

    private List<String> select(int round) {
        int count = Math.min(federation.config().cohort().size(), federation.clients().size());
        return federation.sample(federation.clients(), count, round);
    }
}
