package dev.tributary.server.round;

import dev.tributary.config.CohortConfig;

import java.util.List;
import java.util.SortedMap;

/**
 * Chooses the clients of a round, at once where enough can be asked; else waits for them, no longer
 * than a round may last.
 */
final class Selecting implements Phase {
    private final int round;
    private final int attempt;
    private final long deadlineNanos;

    Selecting(Run run, int round, int attempt) {
        this.round = round;
        this.attempt = attempt;
        this.deadlineNanos = run.now() + run.cohort().deadline().toNanos();
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
        int count = Math.min(run.cohort().asked(), eligible.size());
        RunPlan plan = run.plan();
        List<String> selected = plan.sampler().sample(eligible, count, plan.streams(), round);
        return new Round(round, attempt, selected, run);
    }
}
