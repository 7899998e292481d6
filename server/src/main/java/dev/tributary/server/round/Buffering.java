package dev.tributary.server.round;

import dev.tributary.cli.Format;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/**
 * Fills the buffer of an asynchronous run: {@code cohort.size} clients are at work at any time,
 * each on the version that was the newest when it was asked, and whoever is done is replaced by an
 * idle one. The round closes when the buffer is full; at the deadline after the last update it
 * makes do with {@code cohort.minimum}.
 *
 * <p>Those who are at work stay so when the model moves. Each client counts at most once in a step
 * of the model, and so never trains a version twice. One that has not delivered within {@code
 * cohort.deadline} is given up.
 */
final class Buffering implements Phase {
    private final Round round;
    private final AtWork atWork;
    private final Window window;
    private int accepted;
    private boolean hired;
    private boolean waits;

    private Buffering(Run run, Round round, Window window) {
        this.round = round;
        this.atWork = run.atWork();
        this.window = window;
    }

    /** The next round, or the same once more: those at work go on. */
    static Buffering open(Run run, int number, int attempt) {
        Round round = new Round(number, attempt, run.atWork().clients(), run);
        return new Buffering(run, round, Window.open(run, round));
    }

    /** A round that was open when the server was killed. */
    static Buffering resume(Run run, Round round) {
        return new Buffering(run, round, Window.resume(run, round));
    }

    @Override
    public Phase advance(Run run) {
        if (round.complete()) {
            return Aggregating.start(run, round);
        }
        if (round.accepted() > accepted) {
            accepted = round.accepted();
            window.beginAnew(run);
        }
        waits = run.quorum().isLost(run);
        giveUpLate(run);
        employ(run);
        if (!round.pending().isEmpty()) {
            return this;
        }
        Optional<Phase> failure = window.failure(run);
        if (failure.isPresent()) {
            return failure.get();
        }
        boolean over = window.isOver(run) || exhausted(run);
        return !over || window.isPaused(run) ? this : makeDo(run);
    }

    private Phase makeDo(Run run) {
        String outcome =
                "round %d: %d of %d updates came, and %s"
                        .formatted(round.number(), round.accepted(), round.target(), why(run));
        if (round.accepted() >= run.cohort().minimum()) {
            run.event(Level.WARNING, outcome + ", which is enough");
            return Aggregating.start(run, round);
        }
        if (waits) {
            window.beginAnew(run);
            return this;
        }
        String cause = "%s, expected at least %d".formatted(outcome, run.cohort().minimum());
        return Failed.of(run, round, cause);
    }

    private String why(Run run) {
        return exhausted(run)
                ? "all clients have had their turn"
                : "no other within " + Format.duration(run.cohort().deadline().toMillis() / 1000.0);
    }

    /** What the buffer holds is in the model that is left, if it makes a step. */
    @Override
    public Phase stop(Run run, String reason) {
        if (!round.pending().isEmpty()) {
            return this;
        }
        return round.accepted() >= run.cohort().minimum()
                ? Aggregating.start(run, round)
                : Phase.super.stop(run, reason);
    }

    @Override
    public boolean waits() {
        return waits;
    }

    @Override
    public long wakeNanos() {
        return window.wakeNanos(Math.min(window.deadlineNanos(), atWork.wakeNanos()));
    }

    /** A client that asks again gets the same, unless that cannot be fetched any more. */
    @Override
    public void beforeTask(String client, Run run) {
        OptionalInt version = version(client, run);
        if (version.isPresent() && !AtWork.isKept(version.getAsInt(), run.modelVersion())) {
            begin(run, client);
        }
    }

    @Override
    public Optional<RoundTask> taskFor(String client, Run run) {
        OptionalInt version = version(client, run);
        if (version.isEmpty()) {
            return Optional.empty();
        }
        long until = run.atWork().deadlineNanos(client);
        return Optional.of(Phase.training(client, run, version.getAsInt(), until));
    }

    /** What a client has yet to train. */
    private OptionalInt version(String client, Run run) {
        return run.atWork().hasDelivered(client)
                ? OptionalInt.empty()
                : run.atWork().version(client);
    }

    @Override
    public Collection<String> audience(Run run) {
        return run.atWork().clients();
    }

    @Override
    public boolean hired() {
        boolean news = hired;
        hired = false;
        return news;
    }

    @Override
    public Optional<String> pause() {
        return window.pause();
    }

    @Override
    public Optional<Round> collecting() {
        return Optional.of(round);
    }

    private void giveUpLate(Run run) {
        List<String> late = atWork.expired(run.now());
        if (late.isEmpty() || window.isPaused(run)) {
            return;
        }
        Phase.giveUp(run, late);
        late.forEach(atWork::giveUp);
    }

    /** Gives all free places to idle clients, as far as there are any. */
    private void employ(Run run) {
        SortedMap<String, Long> idle = run.clients().eligible(run.now());
        idle.keySet().removeIf(id -> run.atWork().version(id).isPresent() || round.knows(id));
        int count = Math.min(run.cohort().size() - run.atWork().size(), idle.size());
        if (count <= 0) {
            return;
        }
        RunPlan plan = run.plan();
        plan.sampler()
                .sample(run.histories().of(idle), count, plan.streams(), run.nextAsking())
                .forEach(client -> begin(run, client));
    }

    private void begin(Run run, String client) {
        long until = run.now() + run.cohort().deadline().toNanos();
        run.atWork().begin(client, run.modelVersion(), until);
        round.ask(client, run);
        hired = true;
    }

    /** Whether every client there is has had its turn. */
    private boolean exhausted(Run run) {
        return run.atWork().size() == 0
                && run.clients().all().stream().allMatch(client -> round.knows(client.id()));
    }
}
