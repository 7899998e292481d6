package dev.tributary.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Whether somebody follows a run: asks for its status again and again, or waits for its events. Who
 * has heard of the end asks no more. Thread-safe.
 */
final class Watchers {
    /** Longer than a display pauses between two questions, with the way there and back. */
    static final Duration PAUSE = Duration.ofSeconds(2);

    private final LongSupplier nanos;
    private final AtomicLong lastNanos;

    /**
     * @param nanos this machine's time
     */
    Watchers(LongSupplier nanos) {
        this.nanos = nanos;
        this.lastNanos = new AtomicLong(nanos.getAsLong() - PAUSE.toNanos());
    }

    /** Somebody asks, or has an answer that it waited for. */
    void seen() {
        lastNanos.set(nanos.getAsLong());
    }

    /** Whether somebody may ask again. */
    boolean present() {
        return nanos.getAsLong() - lastNanos.get() < PAUSE.toNanos();
    }
}
