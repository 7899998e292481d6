package dev.tributary.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what others do, and leaves the processor to them; a test's time-out ends it. */
public final class Await {
    private static final long LOOK_NANOS = 1_000_000;

    private Await() {}

    /** What is waited for; looking at it may fail, and then so does the wait. */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws E;
    }

    public static <E extends Exception> void until(Condition<E> condition) throws E {
        while (!condition.holds()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Until there is one, which is returned. */
    public static <T> T present(Supplier<Optional<T>> look) {
        Optional<T> found = look.get();
        while (found.isEmpty()) {
            LockSupport.parkNanos(LOOK_NANOS);
            found = look.get();
        }
        return found.get();
    }

    /** That something stays as it is, by a check that fails otherwise. */
    public static void keeps(Duration time, Runnable check) {
        long start = System.nanoTime();
        do {
            check.run();
            LockSupport.parkNanos(LOOK_NANOS);
        } while (System.nanoTime() - start < time.toNanos());
    }
}
