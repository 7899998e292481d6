package dev.tributary.agent;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * How long to try again, and how long to wait in between.
 *
 * <p>The bounds of delays double from the first to the longest. Each delay is drawn from zero to
 * its bound ("full jitter"), so that agents which lost the server together do not come back
 * together.
 *
 * @param retryFor how long to go on after the first failure in a row; zero to give up at once
 * @param firstDelay the bound of the delay after the first failure, positive
 * @param longestDelay no delay is longer
 */
public record RetryPolicy(Duration retryFor, Duration firstDelay, Duration longestDelay) {

    /** Checks the ranges. */
    public RetryPolicy {
        if (retryFor.isNegative()
                || firstDelay.isNegative()
                || firstDelay.isZero()
                || longestDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "retries: expected 0 <= time and 0 < first delay <= longest, found %s, %s, %s"
                            .formatted(retryFor, firstDelay, longestDelay));
        }
    }

    /** Delays from 200 ms to 10 s. */
    public static RetryPolicy lasting(Duration retryFor) {
        return new RetryPolicy(retryFor, Duration.ofMillis(200), Duration.ofSeconds(10));
    }

    /**
     * The draws of one client, the same at each start, so that a test replays; different from any
     * other client's. Not thread-safe.
     */
    public static DoubleSupplier jitter(String clientId) {
        SplittableRandom random = new SplittableRandom(clientId.hashCode());
        return random::nextDouble;
    }

    /**
     * The delay after a failure.
     *
     * @param failures how many there were in a row, from 1
     * @param random draws from [0, 1)
     */
    public Duration delay(int failures, DoubleSupplier random) {
        double full = firstDelay.toMillis() * Math.pow(2, Math.min(failures - 1, 40));
        double capped = Math.min(full, (double) longestDelay.toMillis());
        return Duration.ofMillis(Math.round(capped * random.getAsDouble()));
    }
}
