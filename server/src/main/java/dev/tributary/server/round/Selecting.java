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
 * <p>While too few of the clients that have registered serve the run, it waits for others, for as
 * long as that takes.
 *
 * <p>A round that is tried again asks the same clients, unless one of them is gone; a cyclic one
 * begins its turn anew.
 */
final class Selecting implements Phase {
    private final int round;
    private final int attempt;
    private final SortedSet<String> before;
    private long deadlineNanos;
    private boolean waits;

    private Selecting(Run run, int round, int attempt, SortedSet<String> before) {
        this.round = round;
        this.attempt = attempt;
        this.before = before;
        beginAnew(run);
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

    /** The same round once more, without those that declined. */
    static Phase withOthers(Run run, Round unmade) {
        Failed.forget(run, unmade);
        run.quorum().excuse(unmade);
        return again(run, unmade);
    }

    @Override
    public Phase advance(Run run) {
        waits = run.quorum().isLost(run);
        if (waits) {
            beginAnew(run);
            return this;
        }
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
    public boolean waits() {
        return waits;
    }

    @Override
    public long wakeNanos() {
        return deadlineNanos;
    }

    private void beginAnew(Run run) {
        deadlineNanos = run.now() + run.cohort().deadline().toNanos();
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
