package dev.tributary.server.aggregation;

import dev.tributary.parameters.MalformedTensorsException;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.database.Receipt;
import dev.tributary.strategy.Weighting;
import dev.tributary.wire.SumBody;
import dev.tributary.wire.SumBody.Checked;
import dev.tributary.wire.SumMetadata;
import dev.tributary.wire.SumMetadata.Part;
import dev.tributary.wire.UpdateMetadata;
import dev.tributary.wire.WireException;

import java.io.IOException;
import java.util.List;

/** Makes updates of a sum's file: one for each that was added, all with the same file. */
public final class SumReceiver {
    private SumReceiver() {}

    /**
     * A sum that has come whole; forced to disk when this returns.
     *
     * @param runId the run that the path names
     * @param round the round that the path names
     * @param checksum of the body, as the sender states it
     * @throws WireException if it is not what it should be
     * @throws IOException if it cannot be read, or forced to disk
     */
    public static List<SpooledUpdate> receive(
            SpoolFile file,
            ParameterLayout layout,
            Weighting weighting,
            String runId,
            int round,
            String checksum)
            throws IOException {
        Checked checked = SumBody.check(file.channel(), layout, weighting);
        if (!checked.checksum().equals(checksum)) {
            throw new WireException(
                    ErrorCode.CHECKSUM_MISMATCH,
                    "sum: expected CRC-32C %s, found %s".formatted(checksum, checked.checksum()));
        }
        SumMetadata metadata = checked.metadata();
        if (!metadata.runId().equals(runId) || metadata.round() != round) {
            throw new WireException(
                    ErrorCode.BAD_REQUEST,
                    "sum: expected run %s and round %d as in the path, found others"
                            .formatted(runId, round));
        }
        file.seal();
        return updates(checked, file);
    }

    /** Whether an accepted update's file is a sum. */
    public static boolean isSum(SpoolFile file) throws IOException {
        try {
            return SumBody.isSum(SumBody.header(file.channel()));
        } catch (WireException | MalformedTensorsException e) {
            // Whoever reads it as an update says what is wrong.
            return false;
        }
    }

    /**
     * A sum that was accepted before, read and checked again.
     *
     * @param receipts all of the round
     * @throws WireException if it is not what it was, or not all of its updates count
     * @throws IOException if it cannot be read
     */
    public static Found reread(
            SpoolFile file, ParameterLayout layout, Weighting weighting, List<Receipt> receipts)
            throws IOException {
        Checked checked = SumBody.check(file.channel(), layout, weighting);
        long counted =
                receipts.stream()
                        .filter(receipt -> receipt.spoolFile().equals(file.name()))
                        .count();
        if (counted != checked.metadata().parts().size()) {
            throw new WireException(
                    ErrorCode.CONFLICTING_UPDATE,
                    "sum: expected receipts of its %d updates, found %d"
                            .formatted(checked.metadata().parts().size(), counted));
        }
        return new Found(updates(checked, file));
    }

    /**
     * The updates of a sum that was found again.
     *
     * @param updates all with the same file
     */
    public record Found(List<SpooledUpdate> updates) {
        /** Copies the list. */
        public Found {
            updates = List.copyOf(updates);
        }

        /**
         * The one that a receipt is for.
         *
         * @throws WireException if it is another than it was
         */
        public SpooledUpdate update(Receipt receipt) {
            return updates.stream()
                    .filter(update -> update.metadata().clientId().equals(receipt.clientId()))
                    .filter(update -> update.checksum().equals(receipt.checksum()))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new WireException(
                                            ErrorCode.CONFLICTING_UPDATE,
                                            "sum: expected the update of %s, found another"
                                                    .formatted(receipt.clientId())));
        }
    }

    private static List<SpooledUpdate> updates(Checked checked, SpoolFile file) {
        SumMetadata metadata = checked.metadata();
        SpooledSum sum =
                new SpooledSum(metadata, checked.words(), checked.bytes(), checked.checksum());
        return metadata.parts().stream().map(part -> update(metadata, part, sum, file)).toList();
    }

    private static SpooledUpdate update(
            SumMetadata metadata, Part part, SpooledSum sum, SpoolFile file) {
        UpdateMetadata own =
                new UpdateMetadata(
                        metadata.runId(),
                        metadata.round(),
                        part.clientId(),
                        metadata.modelVersion(),
                        part.exampleCount(),
                        part.trainLoss());
        return new SpooledUpdate(
                own,
                part.bytes(),
                part.magnitude(),
                0,
                Precision.FLOAT32,
                part.checksum(),
                file,
                sum);
    }
}
