package dev.tributary.server.aggregation;

import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.wire.TensorBodyReader;
import dev.tributary.wire.TensorBodyReader.Checked;
import dev.tributary.wire.UpdateMetadata;
import dev.tributary.wire.WireException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Takes one update's body in chunks, cut anywhere: checks it and spools it.
 *
 * <p>Held in memory: the body's header. One thread at a time. Ends with {@link #finish}, {@link
 * #breakOff} or {@link #discard}.
 */
public final class UpdateReceiver {
    private static final int REPLAY_BYTES = 1 << 18;

    private final Address address;
    private final long maximumBytes;
    private final Precision precision;
    private final SpoolFile file;
    private final TensorBodyReader reader;
    private long received;
    private @Nullable WireException flaw;

    /**
     * Where an update was sent to.
     *
     * @param runId the run
     * @param round the round
     * @param clientId whose update
     */
    public record Address(String runId, int round, String clientId) {}

    /**
     * Begins, or goes on with what the file holds, which is checked again.
     *
     * @param address what the body must say of itself
     * @param precision what its values must be
     * @param maximumBytes the longest body to accept
     * @param file an empty one, or that of an upload that goes on
     * @throws WireException if what the file holds cannot be the beginning of an update
     * @throws IOException if it cannot be read
     */
    public UpdateReceiver(
            Address address,
            ParameterLayout layout,
            Precision precision,
            long maximumBytes,
            SpoolFile file)
            throws IOException {
        this.address = address;
        this.precision = precision;
        this.maximumBytes = maximumBytes;
        this.reader = new TensorBodyReader(layout, precision, chunk -> {});
        this.file = file;
        replay();
    }

    /**
     * An accepted update from before, read and checked again.
     *
     * @param precision what its values must be
     * @param checksum as its receipt has it
     * @throws WireException if it is not what it was
     * @throws IOException if it cannot be read
     */
    public static SpooledUpdate reread(
            Address address,
            ParameterLayout layout,
            Precision precision,
            SpoolFile file,
            String checksum)
            throws IOException {
        return new UpdateReceiver(address, layout, precision, Long.MAX_VALUE, file)
                .checked(checksum);
    }

    /** Body bytes so far. */
    public long received() {
        return received;
    }

    /**
     * Takes the next bytes. Most of what is wrong with them is told at the end: until then nobody
     * knows whether the sender was wrong or a byte was changed on the way.
     *
     * @param chunk read from its position to its limit
     * @throws WireException if the body is too long, or malformed: then its sender tries again
     * @throws IOException if it cannot be stored
     */
    public void accept(ByteBuffer chunk) throws IOException {
        received += chunk.remaining();
        if (received > maximumBytes) {
            throw new WireException(
                    ErrorCode.TOO_LARGE,
                    "body: expected at most %d bytes, found more".formatted(maximumBytes));
        }
        if (flaw != null) {
            reader.skip(chunk);
            return;
        }
        try {
            reader.accept(chunk.duplicate());
        } catch (WireException e) {
            if (e.code() == ErrorCode.MALFORMED_BODY) {
                throw e;
            }
            flaw = e;
            return;
        }
        file.write(chunk);
    }

    /**
     * The body has ended.
     *
     * @param checksum its CRC-32C as the sender states it; null if it states none
     * @throws WireException if the body is not what it should be
     * @throws IOException if it cannot be forced to disk
     */
    public SpooledUpdate finish(@Nullable String checksum) throws IOException {
        if (flaw != null) {
            reader.requireChecksum(checksum);
            throw flaw;
        }
        SpooledUpdate update = checked(checksum);
        file.seal();
        return update;
    }

    /** The body is not wanted. */
    public void discard() {
        file.discard();
    }

    /** The body broke off; it may go on later. */
    public void breakOff() {
        if (file.resumable()) {
            file.leave();
        } else {
            file.discard();
        }
    }

    private SpooledUpdate checked(@Nullable String checksum) {
        Checked checked = reader.finish(checksum);
        UpdateMetadata metadata = UpdateMetadata.of(checked.header().metadata());
        check(metadata);
        return new SpooledUpdate(
                metadata,
                checked.bytes(),
                checked.magnitude(),
                checked.payloadStart(),
                precision,
                reader.checksum(),
                file,
                null);
    }

    private void replay() throws IOException {
        FileChannel channel = file.channel();
        long held = file.length();
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(REPLAY_BYTES, held));
        while (received < held) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), held - received));
            if (channel.read(chunk, received) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
            chunk.flip();
            received += chunk.remaining();
            reader.accept(chunk);
        }
    }

    private void check(UpdateMetadata metadata) {
        requireSame("run", address.runId, metadata.runId(), ErrorCode.BAD_REQUEST);
        requireSame("client", address.clientId, metadata.clientId(), ErrorCode.BAD_REQUEST);
        if (metadata.round() != address.round) {
            throw new WireException(
                    ErrorCode.WRONG_ROUND,
                    "metadata \"round\": expected %d as in the path, found %d"
                            .formatted(address.round, metadata.round()));
        }
        if (!Double.isFinite(metadata.trainLoss())) {
            throw new WireException(
                    ErrorCode.NOT_FINITE,
                    "metadata \"train_loss\": expected a finite number, found "
                            + metadata.trainLoss());
        }
    }

    private static void requireSame(String key, String expected, String found, ErrorCode code) {
        if (!expected.equals(found)) {
            String shown = found.length() <= 64 ? found : found.substring(0, 64) + "...";
            throw new WireException(
                    code,
                    "metadata \"%s\": expected \"%s\" as in the path, found \"%s\""
                            .formatted(key, expected, shown));
        }
    }
}
