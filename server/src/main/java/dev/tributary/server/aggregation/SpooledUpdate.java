package dev.tributary.server.aggregation;

import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.wire.UpdateMetadata;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * An update that passed every check that needs no knowledge of the round.
 *
 * @param metadata what it says of itself
 * @param bytes its body's length
 * @param magnitude its largest absolute value
 * @param payloadStart the byte of the file at which the vector begins
 * @param precision what the vector's values are
 * @param checksum its body's CRC-32C, in hex
 * @param file the body; whoever ends up with the update discards it
 * @param sum what the file holds in place of this update alone; null if it is a body of its own
 */
public record SpooledUpdate(
        UpdateMetadata metadata,
        long bytes,
        float magnitude,
        long payloadStart,
        Precision precision,
        String checksum,
        SpoolFile file,
        @Nullable SpooledSum sum) {

    /** One of float32 with a file of its own. */
    public SpooledUpdate(
            UpdateMetadata metadata,
            long bytes,
            float magnitude,
            long payloadStart,
            String checksum,
            SpoolFile file) {
        this(metadata, bytes, magnitude, payloadStart, Precision.FLOAT32, checksum, file, null);
    }

    /**
     * CRC-32C of its whole file, in hex.
     *
     * @return that of the sum where it came in one
     */
    public String fileChecksum() {
        return sum == null ? checksum : sum.checksum();
    }

    /**
     * Its vector, where the file holds this update alone.
     *
     * @param layout of the run
     * @throws IOException if another upload has taken the file over
     */
    public HostVector vector(ParameterLayout layout) throws IOException {
        return precision.vector(file.channel(), payloadStart, layout);
    }

    /** Body bytes that came for it: those of a sum came with the first of its updates. */
    public long received() {
        return sum == null ? bytes : sum.bytesOf(metadata.clientId());
    }

    /** It is read; its file stays until the round is closed. */
    public void release() {
        file.leave();
    }

    /** It does not count: its file is not needed. */
    public void discard() {
        file.discard();
    }
}
