package dev.tributary.simulation;

/** A round has no result, and so the run ends; the message says why. */
final class RoundFailedException extends Exception {
    private static final long serialVersionUID = 1;

    RoundFailedException(int round, String why) {
        super("round %d: %s".formatted(round, why));
    }
}
