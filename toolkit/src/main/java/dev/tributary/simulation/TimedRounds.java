package dev.tributary.simulation;

import dev.tributary.config.CohortConfig;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Synchronous rounds under the virtual clock, as a server leads them: more clients are asked than
 * are needed, the first so many count, and at the deadline the minimum will do.
 *
 * <p>Whoever comes too late trains in vain, and so is not trained at all.
 */
final class TimedRounds implements RoundLoop {
    private final Federation federation;
    private final ClientBehavior behavior;
    private final VirtualClock clock;
    private final ClientWork work;
    private long attempts;

    TimedRounds(Federation federation, ClientBehavior behavior, VirtualClock clock) {
        this.federation = federation;
        this.behavior = behavior;
        this.clock = clock;
        this.work = new ClientWork(federation);
    }

    private record Arrival(String client, double seconds) {}

    @Override
    public Cohort round(int number) throws InterruptedException, RoundFailedException {
        for (int left = federation.config().cohort().attempts(); left > 0; left--) {
            Optional<Cohort> cohort = attempt(number);
            if (cohort.isPresent() && cohort.get().accepted() >= minimum()) {
                RoundLoop.step(federation, number);
                return cohort.get();
            }
        }
        Optional<Cohort> last = attempt(number);
        if (last.isEmpty()) {
            throw new RoundFailedException(
                    number, "expected at least %d clients that can be asked".formatted(minimum()));
        }
        RoundLoop.requireEnough(federation, number, last.get());
        RoundLoop.step(federation, number);
        return last.get();
    }

    /** Empty if too few clients can be asked all the while that a round may last. */
    private Optional<Cohort> attempt(int number) throws InterruptedException {
        attempts++;
        CohortConfig config = federation.config().cohort();
        SortedMap<String, Long> eligible = behavior.available(federation.clients(), attempts);
        if (eligible.size() < minimum()) {
            clock.advanceTo(clock.seconds() + deadline());
            return Optional.empty();
        }
        Cohort cohort =
                new Cohort(
                        federation.sample(
                                eligible, Math.min(config.asked(), eligible.size()), number));
        federation.listener().roundBegins(number, cohort.selected());
        federation.model().reset();
        federation.states().discard();
        clock.advanceTo(clock.seconds() + collect(number, cohort));
        return Optional.of(cohort);
    }

    /** Takes updates until there are enough, or no more come; what that took. */
    private double collect(int number, Cohort cohort) throws InterruptedException {
        int size = federation.config().cohort().size();
        List<Arrival> answering = arrivals(cohort);
        Deque<Arrival> inTime = new ArrayDeque<>(answering);
        inTime.removeIf(arrival -> arrival.seconds > deadline());
        int late = answering.size() - inTime.size();
        double last = 0;
        while (cohort.accepted() < size && !inTime.isEmpty()) {
            List<String> next = new ArrayList<>();
            while (next.size() < size - cohort.accepted() && !inTime.isEmpty()) {
                Arrival arrival = inTime.removeFirst();
                last = arrival.seconds;
                cohort.took(arrival.client, arrival.seconds);
                next.add(arrival.client);
            }
            federation
                    .workers()
                    .each(
                            SynchronousRounds.largestFirst(federation, next),
                            (worker, client) -> work.contribute(worker, client, number, cohort));
        }
        cohort.discard(inTime.size() + late);
        boolean nobodyMissing = late == 0 && answering.size() == cohort.selected().size();
        return cohort.accepted() == size || nobodyMissing ? last : deadline();
    }

    /** Those who answer, in the order of their answers. */
    private List<Arrival> arrivals(Cohort cohort) {
        return cohort.selected().stream()
                .filter(client -> !behavior.dropsOut(client, attempts))
                .map(
                        client ->
                                new Arrival(
                                        client,
                                        behavior.seconds(client, federation.trained(client))))
                .sorted(Comparator.comparing(Arrival::seconds).thenComparing(Arrival::client))
                .toList();
    }

    private int minimum() {
        return federation.config().cohort().minimum();
    }

    private double deadline() {
        return federation.deadlineSeconds();
    }
}
