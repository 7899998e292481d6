package dev.tributary.server.round;

import dev.tributary.config.CohortConfig;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * Chooses the clients of a round, at once where enough can be asked; else waits for them, no longer
 * than a round may last.
 *
 * <p>A round that is tried again asks the same clients, unless one of them is gone; a cyclic one
 * begins its turn anew.
 */
final class Selecting implements Phase {
    private final int round;
    private final int attempt;
    private final SortedSet<String> before;
    private final long deadlineNanos;

    private Selecting(Run run, int round, int attempt, SortedSet<String> before) {
        this.round = round;
        this.attempt = attempt;
        this.before = before;
        this.deadlineNanos = run.now() + run.cohort().deadline().toNanos();
    }

    /** A new round. */
    static Phase first(Run run, int round) {
        if (run.buffered()) {
            return Buffering.open(run, round, 1);
        }
        return new Selecting(run, round, 1, Collections.emptySortedSet());
    }

    /** The same round once more. */
    static Phase again(Run run, Round failed) {
        if (run.buffered()) {
            return Buffering.open(run, failed.number(), failed.attempt() + 1);
        }
        SortedSet<String> before = run.cyclic() ? Collections.emptySortedSet() : failed.selected();
        return new Selecting(run, failed.number(), failed.attempt() + 1, before);
    }

    @Override
    public Phase advance(Run run) {
        CohortConfig cohort = run.cohort();
        SortedMap<String, Long> eligible = run.clients().eligible(run.now());
        if (eligible.size() >= cohort.minimum()) {
            return Collecting.open(run, select(run, eligible));
        }
        if (run.now() < deadlineNanos) {
            return this;
        }
        String cause =
                "expected at least %d clients that can be asked, found %d of %d registered"
                        .formatted(cohort.minimum(), eligible.size(), run.clients().size());
        return Failed.of(run, new Round(round, attempt, List.of(), run), cause);
    }

    @Override
    public int round() {
        return round;
    }

    @Override
    public long wakeNanos() {
        return deadlineNanos;
    }

    private Round select(Run run, SortedMap<String, Long> eligible) {
        if (!before.isEmpty() && eligible.keySet().containsAll(before)) {
            return new Round(round, attempt, List.copyOf(before), run);
        }
        int count = Math.min(run.cohort().asked(), eligible.size());
        RunPlan plan = run.plan();
        List<String> selected =
                plan.sampler().sample(run.histories().of(eligible), count, plan.streams(), round);
        return new Round(round, attempt, selected, run);
    }
}
