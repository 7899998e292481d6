package dev.tributary.simulation;

import ai.djl.ndarray.NDArray;

import dev.tributary.device.GradientScope;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * The clients of a round train one after the other, each what the one before has left. A client
 * that cannot be asked, or does not answer, is passed over.
 */
final class CyclicRounds implements RoundLoop {
    private final Federation federation;
    private final ClientBehavior behavior;
    private final VirtualClock clock;
    private final ClientWork work;
    private final List<String> ring;

    CyclicRounds(Federation federation, ClientBehavior behavior, VirtualClock clock) {
        this.federation = federation;
        this.behavior = behavior;
        this.clock = clock;
        this.work = new ClientWork(federation);
        this.ring = List.copyOf(federation.clients().keySet());
    }

    @Override
    public Cohort round(int number) throws InterruptedException, RoundFailedException {
        Cohort cohort = new Cohort(turn(number));
        federation.listener().roundBegins(number, cohort.selected());
        federation.states().discard();
        try (GradientScope off = GradientScope.off();
                NDArray before = federation.model().flat().duplicate()) {
            for (String client : cohort.selected()) {
                if (answers(client, number)) {
                    handOn(client, number, cohort);
                }
            }
            try {
                RoundLoop.requireEnough(federation, number, cohort);
            } catch (RoundFailedException e) {
                federation.model().restore(before);
                throw e;
            }
        }
        federation.states().commit();
        return cohort;
    }

    /** The next so many of the ring that can be asked. */
    private List<String> turn(int round) {
        int count = Math.min(federation.config().cohort().size(), ring.size());
        SortedMap<String, Long> available = behavior.available(federation.clients(), round);
        List<String> turn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long place = ((round - 1L) * count + i) % ring.size();
            String client = ring.get(Math.toIntExact(place));
            if (available.containsKey(client)) {
                turn.add(client);
            }
        }
        return turn;
    }

    /** Passes the time until a client has answered, or the time that it has for that. */
    private boolean answers(String client, int round) {
        double needed = behavior.seconds(client, federation.trained(client));
        boolean answers =
                !behavior.dropsOut(client, round) && needed <= federation.deadlineSeconds();
        clock.advanceTo(clock.seconds() + (answers ? needed : federation.deadlineSeconds()));
        return answers;
    }

    private void handOn(String client, int round, Cohort cohort) throws InterruptedException {
        int before = cohort.accepted();
        federation.model().reset();
        federation
                .workers()
                .each(
                        List.of(client),
                        (worker, one) -> work.contribute(worker, one, round, cohort));
        if (cohort.accepted() > before && !federation.model().step()) {
            cohort.withdraw(client);
            federation.states().discard(client);
            federation.listener().failed(round, client, "the model that it hands on is not finite");
        }
    }
}
