package dev.tributary.strategy.sampling;

/**
 * What the server knows of a client when it chooses.
 *
 * @param exampleCount its local training examples, at least 1
 * @param rounds how many rounds its updates have counted in
 * @param lastRound the last of them; 0 for none
 * @param lastLoss its mean loss in the last local epoch of that round; NaN if unknown
 * @param lastSeconds from the beginning of that round until its update counted; NaN if unknown, as
 *     after a restart of the server, or where time does not pass
 */
public record ClientHistory(
        long exampleCount, int rounds, int lastRound, double lastLoss, double lastSeconds) {

    /** A client that has not taken part. */
    public static ClientHistory none(long exampleCount) {
        return new ClientHistory(exampleCount, 0, 0, Double.NaN, Double.NaN);
    }

    /** The same with another number of examples. */
    ClientHistory withExampleCount(long newExampleCount) {
        return new ClientHistory(newExampleCount, rounds, lastRound, lastLoss, lastSeconds);
    }

    /** Its update has counted in one more round. */
    ClientHistory after(int round, double loss, double seconds) {
        return new ClientHistory(exampleCount, rounds + 1, round, loss, seconds);
    }
}
