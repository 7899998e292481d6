package dev.tributary.server.aggregation;

import dev.tributary.server.aggregation.Spool.SpoolFile;
import dev.tributary.wire.UpdateMetadata;

/**
 * An update that passed every check that needs no knowledge of the round.
 *
 * @param metadata what it says of itself
 * @param bytes its body's length
 * @param magnitude its largest absolute value
 * @param payloadStart the byte of the file at which the vector begins
 * @param checksum its body's CRC-32C, in hex
 * @param file the body; whoever ends up with the update discards it
 */
public record SpooledUpdate(
        UpdateMetadata metadata,
        long bytes,
        float magnitude,
        long payloadStart,
        String checksum,
        SpoolFile file) {

    /** It is read; its file stays until the round is closed. */
    public void release() {
        file.leave();
    }

    /** It does not count: its file is not needed. */
    public void discard() {
        file.discard();
    }
}
