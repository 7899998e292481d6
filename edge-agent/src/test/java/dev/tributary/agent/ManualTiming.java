package dev.tributary.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only where somebody waits. */
final class ManualTiming implements Timing {
    private final List<Duration> pauses = new ArrayList<>();
    private long nanos;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        pauses.add(duration);
        nanos += duration.toNanos();
    }

    /** Lets time pass without anybody waiting for it. */
    void pass(Duration duration) {
        nanos += duration.toNanos();
    }

    /** All pauses so far. */
    List<Duration> pauses() {
        return pauses;
    }
}
