package dev.tributary.server.database;

/**
 * An update that is on disk and counts.
 *
 * @param runId the run
 * @param round the round
 * @param attempt the attempt at the round that it was accepted in
 * @param clientId whose it is
 * @param checksum its body's content hash, in hex
 * @param bytes its body's length
 * @param spoolFile the file that holds it, by name; a name is used once, and tells two uploads of
 *     the same update apart
 * @param exampleCount examples that it was trained on
 * @param weight how much it counts
 * @param trainLoss mean local training loss; NaN where none was reported
 */
public record Receipt(
        String runId,
        int round,
        int attempt,
        String clientId,
        String checksum,
        long bytes,
        String spoolFile,
        long exampleCount,
        double weight,
        double trainLoss) {
    private static final int MAX_CHECKSUM = 64;
    private static final int MAX_FILE = 255;

    /** Checks that the database can hold it. */
    public Receipt {
        Texts.id("run", runId, Texts.MAX_RUN_ID);
        Texts.atLeast("round", 1, round);
        Texts.atLeast("attempt", 1, attempt);
        Texts.id("client", clientId, Texts.MAX_CLIENT_ID);
        Texts.id("checksum", checksum, MAX_CHECKSUM);
        Texts.atLeast("bytes", 0, bytes);
        Texts.id("spool file", spoolFile, MAX_FILE);
        Texts.atLeast("example count", 0, exampleCount);
        if (!Double.isFinite(weight) || weight <= 0) {
            throw new IllegalArgumentException(
                    "weight: expected finite and positive, found " + weight);
        }
    }
}
