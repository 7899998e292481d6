package dev.tributary.simulation;

import dev.tributary.aggregate.ScaledUpdate;
import dev.tributary.config.CohortConfig;
import dev.tributary.parameters.HostVector;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;
import dev.tributary.strategy.RoundSchedule.Buffered;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Asynchronous rounds: {@code cohort.size} clients are at work at any time, and a round is what it
 * takes to fill the buffer.
 *
 * <p>A queue of ends over the virtual clock says whose update comes next; those that end at the
 * same time come by id, and then all who are free are replaced at once. Updates are folded in that
 * order by one thread, so that the model does not depend on the number of workers. A client that
 * does not answer keeps its place until {@code cohort.deadline}.
 *
 * <p>Memory: a copy of each version that somebody works on.
 */
final class BufferedRounds implements RoundLoop {
    private final Federation federation;
    private final Buffered schedule;
    private final ClientBehavior behavior;
    private final VirtualClock clock;
    private final TrainingAhead ahead;
    private final SortedMap<String, Long> idle;
    private final PriorityQueue<InFlight> working = new PriorityQueue<>(InFlight.BY_END);

    /** How often each client has begun from the newest version. */
    private final Map<String, Integer> begun = new HashMap<>();

    private @Nullable ModelVersion newest;
    private long askings;

    BufferedRounds(
            Federation federation, Buffered schedule, ClientBehavior behavior, VirtualClock clock) {
        this.federation = federation;
        this.schedule = schedule;
        this.behavior = behavior;
        this.clock = clock;
        this.ahead = new TrainingAhead(federation);
        this.idle = new TreeMap<>(federation.clients());
    }

    @Override
    public Cohort round(int number) throws InterruptedException, RoundFailedException {
        federation.model().reset();
        int asked = employ(number);
        Cohort cohort = new Cohort(clientsAtWork(), asked);
        federation.listener().roundBegins(number, cohort.selected());
        int fruitless = 0;
        while (cohort.accepted() < schedule.size()) {
            int before = cohort.accepted();
            endNext(number, cohort);
            fruitless = cohort.accepted() > before ? 0 : fruitless + 1;
            requireHope(number, fruitless);
            if (cohort.accepted() < schedule.size() && !moreEndNow()) {
                cohort.ask(employ(number));
            }
        }
        RoundLoop.step(federation, number);
        moveOn();
        return cohort;
    }

    @Override
    public void close() {
        while (!working.isEmpty()) {
            working.remove().base().release();
        }
        moveOn();
    }

    /** Gives all free places to idle clients, waiting for some if nobody is at work. */
    private int employ(int round) throws RoundFailedException {
        CohortConfig config = federation.config().cohort();
        for (int attempt = 0; attempt <= config.attempts(); attempt++) {
            askings++;
            SortedMap<String, Long> eligible = behavior.available(idle, askings);
            int count = Math.min(config.size() - working.size(), eligible.size());
            if (count > 0) {
                List<String> chosen = federation.sample(eligible, count, Math.toIntExact(askings));
                chosen.forEach(client -> begin(client, round));
            }
            if (!working.isEmpty()) {
                return Math.max(0, count);
            }
            clock.advanceTo(clock.seconds() + federation.deadlineSeconds());
        }
        throw new RoundFailedException(round, "expected a client that can be asked, found none");
    }

    private void begin(String client, int round) {
        ModelVersion base = newest;
        if (base == null) {
            base = new ModelVersion(round - 1, federation.model().flat());
            newest = base;
        }
        base.retain();
        int times = begun.merge(client, 1, Integer::sum) - 1;
        double seconds = behavior.seconds(client, federation.trained(client));
        boolean late = seconds > federation.deadlineSeconds();
        boolean answers = !late && !behavior.dropsOut(client, askings);
        double end = clock.seconds() + (answers ? seconds : federation.deadlineSeconds());
        working.add(new InFlight(client, base, streams(client, times), answers, late, end));
        idle.remove(client);
    }

    /** The first training from a version draws as in a synchronous round. */
    private RandomStreams streams(String client, int times) {
        RandomStreams streams = federation.streams();
        return times == 0
                ? streams
                : new RandomStreams(streams.key(Purpose.REPETITION, times, client));
    }

    private void endNext(int round, Cohort cohort) throws InterruptedException {
        InFlight ended = working.remove();
        clock.advanceTo(ended.end());
        idle.put(ended.client(), federation.exampleCount(ended.client()));
        if (ended.answers()) {
            TrainingAhead.Trained trained = ahead.take(ended, working);
            try {
                take(ended, trained, round, cohort);
            } catch (TrainingException e) {
                federation.listener().failed(round, ended.client(), String.valueOf(e.getMessage()));
            } finally {
                ahead.done(trained);
            }
        } else if (ended.late()) {
            cohort.discard(1);
        }
        ended.base().release();
    }

    private void take(InFlight ended, TrainingAhead.Trained trained, int round, Cohort cohort) {
        LocalResult result = trained.result();
        if (result == null) {
            throw new TrainingException(trained.failure());
        }
        double weight = schedule.staleness().weight(round - 1 - ended.base().number());
        try {
            fold(trained, weight);
        } catch (TrainingException e) {
            cohort.reject();
            throw e;
        }
        cohort.accept(ended.client(), result);
        cohort.took(
                ended.client(),
                behavior.seconds(ended.client(), federation.trained(ended.client())));
        federation.listener().trained(ended.client(), result.lastLoss());
    }

    private void fold(TrainingAhead.Trained trained, double weight) {
        SimulatedModel model = federation.model();
        HostVector update = trained.update();
        float magnitude = trained.magnitude();
        if (schedule.mixesModels()) {
            model.mix(weight);
        } else {
            update = new ScaledUpdate(update, model.layout(), weight);
            magnitude = ScaledUpdate.magnitude(magnitude, weight);
        }
        try {
            model.fold(update, magnitude, 1, schedule.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean moreEndNow() {
        InFlight next = working.peek();
        return next != null && next.end() == clock.seconds();
    }

    private void requireHope(int round, int fruitless) throws RoundFailedException {
        int most = federation.clients().size() * (federation.config().cohort().attempts() + 1);
        if (fruitless > most) {
            throw new RoundFailedException(
                    round,
                    "expected an update, found none of %d clients in a row".formatted(fruitless));
        }
    }

    private void moveOn() {
        if (newest != null) {
            newest.release();
            newest = null;
        }
        begun.clear();
    }

    private List<String> clientsAtWork() {
        TreeSet<String> clients = new TreeSet<>();
        working.forEach(client -> clients.add(client.client()));
        return List.copyOf(clients);
    }
}
