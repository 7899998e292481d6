package dev.tributary.server.round;

import dev.tributary.cli.Format;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Waits for updates: until there are enough, nobody is left to send one, or the deadline. */
final class Collecting implements Phase {
    private final Round round;
    private final long deadlineNanos;

    private Collecting(Round round, long deadlineNanos) {
        this.round = round;
        this.deadlineNanos = deadlineNanos;
    }

    static Collecting open(Run run, Round round) {
        for (String id : round.selected()) {
            run.clients().find(id).ifPresent(client -> client.enter(ClientPhase.WAITING));
        }
        return new Collecting(round, run.now() + run.cohort().deadline().toNanos());
    }

    @Override
    public Phase advance(Run run) {
        if (round.full()) {
            return close(run);
        }
        if (run.now() < deadlineNanos && !round.exhausted()) {
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
    public long wakeNanos() {
        return deadlineNanos;
    }

    @Override
    public Optional<RoundTask> taskFor(String client, Run run) {
        return round.awaits(client)
                ? Optional.of(Phase.task(RoundTask.Kind.TRAIN, run, round.number(), deadlineNanos))
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

    private Phase close(Run run) {
        giveUpAwaited(run);
        return Aggregating.start(run, round);
    }

    private String until(Run run) {
        return round.exhausted()
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
