package dev.tributary.server.round;

/** Time that only moves forward, from an arbitrary start. Thread-safe. */
@FunctionalInterface
public interface RoundClock {
    /** Later than any time that the clock will show. */
    long NEVER = Long.MAX_VALUE;

    /** Nanoseconds since the start, at least 0. */
    long nanos();

    /** The machine's clock, from 0. */
    static RoundClock system() {
        long start = System.nanoTime();
        return () -> System.nanoTime() - start;
    }
}
