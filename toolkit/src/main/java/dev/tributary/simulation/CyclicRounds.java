package dev.tributary.simulation;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A round is one client's turn to train what the one before has left. A client that cannot be
 * asked, or does not answer, is passed over.
 */
final class CyclicRounds implements RoundLoop {
    private final Federation federation;
    private final ClientBehavior behavior;
    private final VirtualClock clock;
    private final ClientWork work;
    private long attempts;

    CyclicRounds(Federation federation, ClientBehavior behavior, VirtualClock clock) {
        this.federation = federation;
        this.behavior = behavior;
        this.clock = clock;
        this.work = new ClientWork(federation);
    }

    @Override
    public Cohort round(int number) throws InterruptedException, RoundFailedException {
        for (int left = federation.config().cohort().attempts(); left >= 0; left--) {
            Optional<Cohort> turn = attempt(number);
            if (turn.isPresent()) {
                federation.states().commit();
                return turn.get();
            }
        }
        throw new RoundFailedException(
                number, "expected a client that can be asked and answers, found none");
    }

    /** Goes round the ring; empty if nobody has handed the model on. */
    private Optional<Cohort> attempt(int number) throws InterruptedException {
        attempts++;
        SortedMap<String, Long> ring =
                new TreeMap<>(behavior.available(federation.clients(), attempts));
        if (ring.isEmpty()) {
            clock.advanceTo(clock.seconds() + federation.deadlineSeconds());
        }
        for (int asked = 1; !ring.isEmpty(); asked++) {
            String client = federation.sample(ring, 1, number).get(0);
            ring.remove(client);
            Cohort turn = new Cohort(List.of(client), asked);
            federation.listener().roundBegins(number, turn.selected());
            if (answers(client, number) && handsOn(client, number, turn)) {
                return Optional.of(turn);
            }
        }
        return Optional.empty();
    }

    /** Passes the time until a client has answered, or the time that it has for that. */
    private boolean answers(String client, int round) {
        double needed = behavior.seconds(client, federation.trained(client));
        boolean answers =
                !behavior.dropsOut(client, attempts) && needed <= federation.deadlineSeconds();
        clock.advanceTo(clock.seconds() + (answers ? needed : federation.deadlineSeconds()));
        if (!answers) {
            federation.listener().failed(round, client, "passed over: no update by the deadline");
        }
        return answers;
    }

    private boolean handsOn(String client, int round, Cohort turn) throws InterruptedException {
        federation.states().discard();
        federation.model().reset();
        federation
                .workers()
                .each(List.of(client), (worker, one) -> work.contribute(worker, one, round, turn));
        boolean trained = turn.accepted() == 1;
        if (trained && !federation.model().step()) {
            federation.listener().failed(round, client, "the model that it hands on is not finite");
            return false;
        }
        return trained;
    }
}
