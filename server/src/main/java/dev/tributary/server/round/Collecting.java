package dev.tributary.server.round;

import dev.tributary.cli.Format;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Waits for updates: until there are enough, nobody is left to send one, or the deadline. In a
 * cyclic run the next client then has its turn.
 */
final class Collecting implements Phase {
    private final Round round;
    private final Window window;
    private final Turn turn;
    private boolean hired;

    private Collecting(Round round, Window window) {
        this.round = round;
        this.window = window;
        this.turn = new Turn(round);
    }

    static Collecting open(Run run, Round round) {
        for (String id : round.selected()) {
            run.clients().find(id).ifPresent(client -> client.enter(ClientPhase.WAITING));
        }
        return new Collecting(round, Window.open(run, round));
    }

    /** A round that was open when the server was killed. */
    static Collecting resume(Run run, Round round) {
        Collecting collecting = new Collecting(round, Window.resume(run, round));
        if (run.cyclic()) {
            collecting.turn.resume();
        }
        return collecting;
    }

    @Override
    public Phase advance(Run run) {
        if (round.complete()) {
            return close(run);
        }
        if (!round.pending().isEmpty()) {
            // What is on its way to disk counts, deadline or not.
            return this;
        }
        Optional<Phase> failure = window.failure(run);
        if (failure.isPresent()) {
            return failure.get();
        }
        if (!window.isOver(run) && !exhausted(run)) {
            return this;
        }
        return window.isPaused(run) || handOn(run) ? this : makeDo(run);
    }

    private Phase makeDo(Run run) {
        String outcome =
                "round %d: %d of %d updates came %s"
                        .formatted(round.number(), round.accepted(), round.target(), until(run));
        if (round.accepted() >= run.cohort().minimum()) {
            run.event(Level.WARNING, outcome + ", which is enough; missing: " + missing());
            return close(run);
        }
        String cause =
                "%s, expected at least %d; missing: %s"
                        .formatted(outcome, run.cohort().minimum(), missing());
        giveUpAwaited(run);
        return hasDeclined(run) ? Selecting.withOthers(run, round) : Failed.of(run, round, cause);
    }

    @Override
    public Phase stop(Run run, String reason) {
        return round.pending().isEmpty() && !round.complete()
                ? Phase.super.stop(run, reason)
                : this;
    }

    @Override
    public long wakeNanos() {
        return window.wakeNanos(window.deadlineNanos());
    }

    @Override
    public Optional<RoundTask> taskFor(String client, Run run) {
        return round.awaits(client)
                ? Optional.of(
                        Phase.task(
                                RoundTask.Kind.TRAIN,
                                client,
                                run,
                                round.number(),
                                window.deadlineNanos()))
                : Optional.empty();
    }

    @Override
    public Collection<String> audience(Run run) {
        return round.selected();
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

    /** One that has gone is waited for where there is no round without it. */
    private boolean exhausted(Run run) {
        return round.exhausted(run.cyclic() ? 0 : run.cohort().minimum());
    }

    /** Whether one of them does not serve the run: the attempt could not be known to fail. */
    private boolean hasDeclined(Run run) {
        return round.selected().stream()
                .flatMap(id -> run.clients().find(id).stream())
                .anyMatch(client -> client.phase() == ClientPhase.DECLINED);
    }

    /** The model waits for one client after the other, where it is handed on. */
    private boolean handOn(Run run) {
        String why = exhausted(run) ? "it has left or has no update" : "no update " + until(run);
        if (!run.cyclic() || !turn.passes(run, why)) {
            return false;
        }
        window.handOn(run);
        hired = true;
        return true;
    }

    private Phase close(Run run) {
        giveUpAwaited(run);
        return Aggregating.start(run, round);
    }

    private String until(Run run) {
        return exhausted(run)
                ? "and no client is left that could send one"
                : "before the deadline of "
                        + Format.duration(run.cohort().deadline().toMillis() / 1000.0);
    }

    /** Who has answered, if wrongly, is there; it may wait for its next task already. */
    private void giveUpAwaited(Run run) {
        Phase.giveUp(run, round.selected().stream().filter(round::awaits).toList());
    }

    private List<String> missing() {
        return round.selected().stream().filter(id -> !round.contributors().contains(id)).toList();
    }
}
