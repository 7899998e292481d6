package dev.tributary.stories.chaos;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/** Decides what happens to a message on its way, and counts it. One thread; counts are shared. */
final class Damage {
    private static final double CUT = 0.02;
    private static final double CHANGE = 0.05;

    private final SplittableRandom random;
    private final Counts counts;

    /** What has happened so far, to all connections. */
    record Counts(LongAdder messages, LongAdder cuts, LongAdder changes, LongAdder resumed) {
        Counts() {
            this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
        }

        @Override
        public String toString() {
            return "%s messages, %s cut off, %s with a changed bit, %s uploads that went on"
                    .formatted(messages, cuts, changes, resumed);
        }
    }

    /**
     * What happens to one message.
     *
     * @param cutAt the byte of head and body before which the connection ends
     * @param changeAt the byte of the body of which a bit is changed
     * @param bit which
     */
    record Fate(long cutAt, long changeAt, int bit) {
        static final long NEVER = Long.MAX_VALUE;

        private static final Fate UNHARMED = new Fate(NEVER, NEVER, 0);
    }

    Damage(SplittableRandom random, Counts counts) {
        this.random = random;
        this.counts = counts;
    }

    /**
     * Of the next message. Heads are cut, but never changed: nothing but TLS protects those.
     *
     * @param headBytes its head's length
     * @param bodyBytes its body's
     */
    Fate next(int headBytes, long bodyBytes) {
        counts.messages.increment();
        double drawn = random.nextDouble();
        if (drawn < CUT) {
            counts.cuts.increment();
            return new Fate(random.nextLong(headBytes + bodyBytes), Fate.NEVER, 0);
        }
        if (drawn < CUT + CHANGE && bodyBytes > 0) {
            counts.changes.increment();
            return new Fate(Fate.NEVER, random.nextLong(bodyBytes), random.nextInt(Byte.SIZE));
        }
        return Fate.UNHARMED;
    }

    /** An upload goes on where it broke. */
    void resumed() {
        counts.resumed.increment();
    }
}
