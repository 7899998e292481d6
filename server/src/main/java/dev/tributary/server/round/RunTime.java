package dev.tributary.server.round;

import dev.tributary.protocol.RoundMetrics;

import java.util.List;

/** How long a run takes, by this process's clock. Belongs to the coordinator's thread. */
final class RunTime {
    private static final double NANOS = 1e9;

    private final RoundClock clock;
    private final long createdNanos;
    private long firstRoundNanos = RoundClock.NEVER;
    private long endNanos = RoundClock.NEVER;
    private double secondsBefore;

    /** From now on. */
    RunTime(RoundClock clock) {
        this.clock = clock;
        this.createdNanos = clock.nanos();
    }

    long now() {
        return clock.nanos();
    }

    double secondsSince(long nanos) {
        return (now() - nanos) / NANOS;
    }

    /** Since this process leads the run. */
    double secondsHere() {
        return secondsSince(createdNanos);
    }

    void firstRoundBegins() {
        firstRoundNanos = Math.min(firstRoundNanos, now());
    }

    /** Its rounds go on. */
    void recovered(List<RoundMetrics> history) {
        secondsBefore =
                history.stream()
                        .filter(round -> round.round() > 0)
                        .mapToDouble(round -> round.seconds() + round.evaluationSeconds())
                        .sum();
        firstRoundBegins();
    }

    void ended() {
        endNanos = now();
    }

    /** Since the first round began, until the run ended, without the time of no server. */
    double secondsInRounds() {
        return secondsBefore + elapsedSeconds();
    }

    private double elapsedSeconds() {
        long until = Math.min(now(), endNanos);
        return firstRoundNanos == RoundClock.NEVER
                ? 0
                : Math.max(0, until - firstRoundNanos) / NANOS;
    }
}
