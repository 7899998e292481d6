package dev.tributary.server.database;

/**
 * The model that a round published.
 *
 * @param publishedVersion its version
 * @param modelChecksum its file's content hash, in hex
 */
public record RoundEnd(int publishedVersion, String modelChecksum) {
    private static final int MAX_CHECKSUM = 64;

    /** Checks that the database can hold it. */
    public RoundEnd {
        Texts.atLeast("published version", 1, publishedVersion);
        Texts.id("model checksum", modelChecksum, MAX_CHECKSUM);
    }
}
