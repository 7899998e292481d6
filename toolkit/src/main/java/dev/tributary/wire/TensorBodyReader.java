package dev.tributary.wire;

import static dev.tributary.parameters.SafetensorsHeader.LENGTH_BYTES;

import dev.tributary.parameters.Float16;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.LayoutMismatchException;
import dev.tributary.parameters.MalformedTensorsException;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.parameters.SafetensorsHeader;
import dev.tributary.protocol.ErrorCode;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Checks a safetensors body while it passes by in chunks, cut anywhere.
 *
 * <p>The body must be exactly a layout's vector, of the one precision that is expected, all values
 * finite, not a byte more or less. Held in memory: the header, which is refused before it is
 * allocated if it claims to be longer than this layout needs with 64 KiB of metadata. After a
 * {@link WireException} only {@link #skip} is of use. Not thread-safe.
 */
public final class TensorBodyReader {
    private static final int METADATA_BYTES = 1 << 16;

    private final ParameterLayout layout;
    private final Precision precision;
    private final long payloadBytes;
    private final ChunkSink payload;
    private final CRC32C checksum = new CRC32C();
    private final PayloadScan scan;
    private ByteBuffer head = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private @Nullable SafetensorsHeader header;
    private boolean lengthKnown;
    private long received;
    private long payloadStart;

    /**
     * For a float32 vector.
     *
     * @param layout what the body must hold
     * @param payload takes the tensors' bytes as they come, before the last checks
     */
    public TensorBodyReader(ParameterLayout layout, ChunkSink payload) {
        this(layout, Precision.FLOAT32, payload);
    }

    /**
     * @param layout what the body must hold
     * @param precision what its values must be
     * @param payload takes the tensors' bytes as they come, before the last checks
     */
    public TensorBodyReader(ParameterLayout layout, Precision precision, ChunkSink payload) {
        this.layout = layout;
        this.precision = precision;
        this.payloadBytes = precision.bytes(layout);
        this.payload = payload;
        this.scan = new PayloadScan(precision.halves(layout) * Float16.BYTES);
    }

    /**
     * A body that passed every check.
     *
     * @param header names, shapes and metadata
     * @param bytes the body's length
     * @param payloadStart the byte at which the vector begins
     * @param magnitude the largest absolute value in it
     */
    public record Checked(
            SafetensorsHeader header, long bytes, long payloadStart, float magnitude) {}

    /**
     * Takes the next bytes.
     *
     * @param chunk read from its position to its limit, which it has reached when this returns
     * @throws WireException if the body cannot be what it should be, as soon as that is known
     * @throws IOException if the payload sink fails
     */
    public void accept(ByteBuffer chunk) throws IOException {
        received += chunk.remaining();
        checksum.update(chunk.duplicate());
        while (header == null && chunk.hasRemaining()) {
            fillHead(chunk);
        }
        if (header != null && received > payloadStart + payloadBytes) {
            throw malformed("ends after byte " + (payloadStart + payloadBytes), "more bytes");
        }
        if (chunk.hasRemaining()) {
            scan.accept(chunk);
            if (!scan.finite()) {
                throw new WireException(
                        ErrorCode.NOT_FINITE, "expected finite values, found NaN or infinity");
            }
            payload.accept(chunk);
            chunk.position(chunk.limit());
        }
    }

    /**
     * Takes bytes of a body that failed a check for its checksum alone, which tells whether the
     * body was wrong or was changed on the way.
     *
     * @param chunk read from its position to its limit
     */
    public void skip(ByteBuffer chunk) {
        checksum.update(chunk.duplicate());
    }

    /**
     * The body has ended.
     *
     * @param expectedChecksum its CRC-32C as the sender states it, in hex; null if it states none
     * @throws WireException if it is too short or was changed on the way
     */
    public Checked finish(@Nullable String expectedChecksum) {
        if (header == null) {
            throw malformed("a safetensors header", "the end after " + received + " bytes");
        }
        long expected = payloadStart + payloadBytes;
        if (received != expected) {
            throw malformed(expected + " bytes", "the end after " + received);
        }
        requireChecksum(expectedChecksum);
        return new Checked(header, received, payloadStart, scan.magnitude());
    }

    /**
     * Compares the checksum of all bytes so far.
     *
     * @param expected CRC-32C as the sender states it, in hex; null if it states none
     * @throws WireException if it is another
     */
    public void requireChecksum(@Nullable String expected) {
        String found = checksum();
        if (expected != null && !expected.equals(found)) {
            throw new WireException(
                    ErrorCode.CHECKSUM_MISMATCH,
                    "body: expected CRC-32C %s, found %s".formatted(expected, found));
        }
    }

    /** CRC-32C of all bytes so far, in hex. */
    public String checksum() {
        return TensorBody.hex(checksum);
    }

    private void fillHead(ByteBuffer chunk) {
        int count = Math.min(head.remaining(), chunk.remaining());
        head.put(chunk.duplicate().limit(chunk.position() + count));
        chunk.position(chunk.position() + count);
        if (head.hasRemaining()) {
            return;
        }
        if (!lengthKnown) {
            lengthKnown = true;
            head = ByteBuffer.allocate(headerLength(head.flip().getLong()));
        } else {
            payloadStart = (long) LENGTH_BYTES + head.capacity();
            header = parse(head.array());
        }
    }

    private int headerLength(long claimed) {
        int most = SafetensorsHeader.of(layout, Map.of()).encode().length + METADATA_BYTES;
        try {
            int length = SafetensorsHeader.checkLength(claimed);
            if (length <= most) {
                return length;
            }
        } catch (MalformedTensorsException e) {
            throw new WireException(ErrorCode.MALFORMED_BODY, "body: " + e.getMessage());
        }
        throw malformed("a header of at most " + most + " bytes", claimed + " bytes");
    }

    private SafetensorsHeader parse(byte[] json) {
        try {
            SafetensorsHeader parsed = SafetensorsHeader.parse(json);
            parsed.requireVectorOf(layout, precision);
            return parsed;
        } catch (MalformedTensorsException e) {
            throw new WireException(
                    ErrorCode.MALFORMED_BODY, "body: " + String.valueOf(e.getMessage()));
        } catch (LayoutMismatchException e) {
            throw new WireException(ErrorCode.LAYOUT_MISMATCH, String.valueOf(e.getMessage()));
        }
    }

    private static WireException malformed(String expected, String found) {
        return new WireException(
                ErrorCode.MALFORMED_BODY, "body: expected %s, found %s".formatted(expected, found));
    }
}
