package dev.tributary.strategy;

/** How much a client's update counts in a mean. */
public enum Weighting {
    /** As many times as the client has examples. */
    BY_EXAMPLES,
    /** All clients alike. */
    UNIFORM;

    /**
     * The weight of an update.
     *
     * @param exampleCount the examples that its client has trained on, at least 1
     * @return at least 1
     */
    public double of(long exampleCount) {
        return switch (this) {
            case BY_EXAMPLES -> exampleCount;
            case UNIFORM -> 1;
        };
    }
}
