package dev.tributary.protocol;

/** How an update ended. Every update ends in exactly one of these. */
public enum Outcome {
    /** It counts in the round. */
    ACCEPTED,
    /** It is wrong, and the code says how. */
    REJECTED,
    /** Nothing is wrong with it, but the round does not need it: late, or enough without it. */
    DISCARDED
}
