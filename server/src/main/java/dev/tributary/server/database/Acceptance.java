package dev.tributary.server.database;

/** How a receipt that was to be written ended. */
public sealed interface Acceptance {
    /** It stands: this upload counts. */
    record Counted(Receipt receipt) implements Acceptance {}

    /**
     * Another upload of this client counts in the round; this one is not needed.
     *
     * @param standing the receipt of the one that counts
     * @param sameContent whether it had the same content
     */
    record Duplicate(Receipt standing, boolean sameContent) implements Acceptance {}

    /**
     * The attempt at the round is not open, or no more.
     *
     * @param message what was expected and found
     */
    record NotOpen(String message) implements Acceptance {}
}
