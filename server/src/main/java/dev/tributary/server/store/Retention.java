package dev.tributary.server.store;

/**
 * Which versions of the model are kept while the run goes on.
 *
 * @param newest how many of the newest, at least 2: the one that clients train and the one before,
 *     from which a round that did not close is repeated
 * @param every keep each version that this divides, until after the run; 0 for none
 */
public record Retention(int newest, int every) {
    /** The newest two. */
    public static final Retention DEFAULT = new Retention(2, 0);

    /** Checks the ranges. */
    public Retention {
        if (newest < 2) {
            throw new IllegalArgumentException(
                    "versions to keep: expected at least 2, found " + newest);
        }
        if (every < 0) {
            throw new IllegalArgumentException(
                    "versions to keep: expected every 0th (none) or more, found " + every);
        }
    }

    /** The same, but at least so many of the newest. */
    public Retention withNewest(int atLeast) {
        return new Retention(Math.max(newest, atLeast), every);
    }

    boolean keeps(int version, int last) {
        return version > last - newest || archives(version);
    }

    /** Whether a version stays when the run has ended. */
    boolean archives(int version) {
        return every > 0 && version % every == 0;
    }
}
