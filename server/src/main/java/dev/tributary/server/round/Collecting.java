package dev.tributary.server.round;

import dev.tributary.cli.Format;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Waits for updates: until there are enough of them, or the deadline. */
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
        if (run.now() < deadlineNanos) {
            return this;
        }
        String outcome =
                "round %d: %d of %d updates came before the deadline of %s"
                        .formatted(
                                round.number(),
                                round.accepted(),
                                round.target(),
                                Format.duration(run.cohort().deadline().toMillis() / 1000.0));
        if (round.accepted() >= run.cohort().minimum()) {
            run.event(Level.WARNING, outcome + ", which is enough; missing: " + missing());
            return close(run);
        }
        String cause =
                "%s, expected at least %d; missing: %s"
                        .formatted(outcome, run.cohort().minimum(), missing());
        Phase.giveUp(run, missing());
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

    private Phase close(Run run) {
        Phase.giveUp(run, missing());
        return Aggregating.start(run, round);
    }

    private List<String> missing() {
        return round.selected().stream().filter(id -> !round.contributors().contains(id)).toList();
    }
}
