package dev.tributary.server.round;

import java.time.Duration;

/** Time that moves when a test says so. */
final class HandClock implements RoundClock {
    private long nanos;

    @Override
    public long nanos() {
        return nanos;
    }

    void advance(Duration duration) {
        nanos += duration.toNanos();
    }
}
