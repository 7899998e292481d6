package dev.tributary.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * How many clients make a round, and how long a round waits for them.
 *
 * <p>A round asks {@code size + overSelection} clients, closes as soon as {@code size} updates are
 * accepted, and at the deadline makes do with {@code minimum}; with fewer it has failed, and is
 * tried again.
 *
 * @param size the updates a round aims at, 1 to 1,000,000; default 4
 * @param minimum the fewest updates that make a round, 1 to {@code size}; default three quarters of
 *     {@code size}, rounded up
 * @param overSelection clients asked beyond {@code size}, because some will not deliver, 0 to
 *     1,000,000; default 0
 * @param deadline how long a round collects updates, in whole milliseconds, above 0 and up to 365
 *     days; default 60 s
 * @param waitFor registered clients needed before the first round, {@code minimum} to 2,000,000;
 *     default {@code size + overSelection}
 * @param attempts how often a failed round is tried again before the run fails, 0 to 1,000,000;
 *     default 3
 * @param sampler who is asked; empty for the strategy's own sampler, which is the default
 */
public record CohortConfig(
        int size,
        int minimum,
        int overSelection,
        Duration deadline,
        int waitFor,
        int attempts,
        Optional<SamplerConfig> sampler) {

    static final int DEFAULT_SIZE = 4;
    static final int DEFAULT_OVER_SELECTION = 0;
    static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(60);
    static final int DEFAULT_ATTEMPTS = 3;

    private static final int MOST = 1_000_000;
    static final Setting<Integer> SIZE = Setting.wholeNumber("cohort.size", 1, MOST);
    static final Setting<Integer> MINIMUM = Setting.wholeNumber("cohort.minimum", 1, MOST);
    static final Setting<Integer> OVER_SELECTION =
            Setting.wholeNumber("cohort.over-selection", 0, MOST);
    static final Setting<Duration> DEADLINE = Setting.duration("cohort.deadline");
    static final Setting<Integer> WAIT_FOR = Setting.wholeNumber("cohort.wait-for", 1, 2 * MOST);
    static final Setting<Integer> ATTEMPTS = Setting.wholeNumber("cohort.attempts", 0, MOST);

    /**
     * Checks the ranges, and {@code minimum} against its neighbours.
     *
     * @throws IllegalArgumentException if one is left
     */
    public CohortConfig {
        SIZE.check(size);
        MINIMUM.check(minimum);
        OVER_SELECTION.check(overSelection);
        DEADLINE.check(deadline);
        WAIT_FOR.check(waitFor);
        ATTEMPTS.check(attempts);
        requireNonNull(sampler, "sampler is null");
        if (minimum > size) {
            throw new InvalidSettingException(
                    MINIMUM.path(), "at most cohort.size, which is " + size, "" + minimum);
        }
        if (waitFor < minimum) {
            throw new InvalidSettingException(
                    WAIT_FOR.path(), "at least cohort.minimum, which is " + minimum, "" + waitFor);
        }
    }

    /** A cohort of a size, with the defaults that follow from it. */
    public static CohortConfig of(int size) {
        SIZE.check(size);
        return new CohortConfig(
                size,
                defaultMinimum(size),
                DEFAULT_OVER_SELECTION,
                DEFAULT_DEADLINE,
                size + DEFAULT_OVER_SELECTION,
                DEFAULT_ATTEMPTS,
                Optional.empty());
    }

    /** Three quarters of the size, rounded up. */
    static int defaultMinimum(int size) {
        return size - size / 4;
    }

    /** The clients asked in a round: the size and the over-selection. */
    public int asked() {
        return size + overSelection;
    }

    /**
     * Checks that the first round can begin where there are no more clients than these.
     *
     * @throws InvalidSettingException if it waits for more
     */
    public void requireClients(int clients) {
        if (waitFor > clients) {
            throw new InvalidSettingException(
                    WAIT_FOR.path(),
                    "at most the clients that there can be, %d by data.partition.clients"
                                    .formatted(clients)
                            + " (unless it is set, it is cohort.size + cohort.over-selection)",
                    "" + waitFor);
        }
    }

    /** The same with another minimum. */
    public CohortConfig withMinimum(int newMinimum) {
        return new CohortConfig(
                size, newMinimum, overSelection, deadline, waitFor, attempts, sampler);
    }

    /** The same with another over-selection; what the first round waits for stays. */
    public CohortConfig withOverSelection(int newOverSelection) {
        return new CohortConfig(
                size, minimum, newOverSelection, deadline, waitFor, attempts, sampler);
    }

    /** The same with another deadline. */
    public CohortConfig withDeadline(Duration newDeadline) {
        return new CohortConfig(
                size, minimum, overSelection, newDeadline, waitFor, attempts, sampler);
    }

    /** The same with another number of clients before the first round. */
    public CohortConfig withWaitFor(int newWaitFor) {
        return new CohortConfig(
                size, minimum, overSelection, deadline, newWaitFor, attempts, sampler);
    }

    /** The same with another number of further attempts. */
    public CohortConfig withAttempts(int newAttempts) {
        return new CohortConfig(
                size, minimum, overSelection, deadline, waitFor, newAttempts, sampler);
    }

    /** The same with a sampler. */
    public CohortConfig withSampler(SamplerConfig newSampler) {
        return new CohortConfig(
                size, minimum, overSelection, deadline, waitFor, attempts, Optional.of(newSampler));
    }
}
