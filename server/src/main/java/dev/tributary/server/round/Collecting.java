package dev.tributary.server.round;

import dev.tributary.cli.Format;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.RoundStart;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Waits for updates: until there are enough, nobody is left to send one, or the deadline. */
final class Collecting implements Phase {
    private final Round round;
    private final CompletableFuture<Void> opening;
    private final DiskPause pause = new DiskPause();
    private long deadlineNanos;

    private Collecting(Run run, Round round, CompletableFuture<Void> opening) {
        this.round = round;
        this.opening = opening;
        this.deadlineNanos = run.now() + run.cohort().deadline().toNanos();
    }

    static Collecting open(Run run, Round round) {
        for (String id : round.selected()) {
            run.clients().find(id).ifPresent(client -> client.enter(ClientPhase.WAITING));
        }
        // Tasks are handed out at once: the ledger keeps its order, so no receipt comes before
        // this.
        RoundStart start =
                new RoundStart(
                        run.plan().runId(),
                        round.number(),
                        round.attempt(),
                        List.copyOf(round.selected()),
                        run.modelVersion());
        return new Collecting(run, round, run.watch(run.ledger().open(start)));
    }

    /** A round that was open when the server was killed. */
    static Collecting resume(Run run, Round round) {
        return new Collecting(run, round, CompletableFuture.completedFuture(null));
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
        Optional<String> failure = Failed.causeOf(opening);
        if (failure.isPresent()) {
            String message = "the round cannot be opened: " + failure.get();
            return Finishing.start(run, round(), RunStatus.State.FAILED, message);
        }
        if (run.now() < deadlineNanos && !round.exhausted(run.cohort().minimum())) {
            return this;
        }
        if (paused(run)) {
            return this;
        }
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
        return Failed.of(run, round, cause);
    }

    @Override
    public int round() {
        return round.number();
    }

    @Override
    public Phase stop(Run run, String reason) {
        return round.pending().isEmpty() ? Phase.super.stop(run, reason) : this;
    }

    @Override
    public long wakeNanos() {
        if (!round.pending().isEmpty()) {
            return RoundClock.NEVER;
        }
        return pause.wakeNanos() == RoundClock.NEVER ? deadlineNanos : pause.wakeNanos();
    }

    @Override
    public Optional<RoundTask> taskFor(String client, Run run) {
        return round.awaits(client)
                ? Optional.of(
                        Phase.task(
                                RoundTask.Kind.TRAIN, client, run, round.number(), deadlineNanos))
                : Optional.empty();
    }

    @Override
    public Collection<String> audience(Run run) {
        return round.selected();
    }

    @Override
    public Optional<Round> current() {
        return Optional.of(round);
    }

    @Override
    public boolean collects() {
        return true;
    }

    @Override
    public void decline(String client) {
        round.decline(client);
    }

    @Override
    public void leave(String client) {
        round.leave(client);
    }

    @Override
    public void comeBack(String client) {
        round.comeBack(client);
    }

    /**
     * Whether clients are late because the server had no room for what they sent: then the deadline
     * waits until there is room, and begins anew.
     */
    private boolean paused(Run run) {
        return switch (run.model().shortage()) {
            case NONE -> false;
            case LASTING -> {
                boolean unused = pause.over(run, "there is no room for updates on the disk");
                yield true;
            }
            case OVER -> {
                pause.end(run);
                deadlineNanos = run.now() + run.cohort().deadline().toNanos();
                yield true;
            }
        };
    }

    private Phase close(Run run) {
        giveUpAwaited(run);
        return Aggregating.start(run, round);
    }

    private String until(Run run) {
        return round.exhausted(run.cohort().minimum())
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
