package dev.tributary.wire;

import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.parameters.SafetensorsHeader;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A body that is about to be sent: a header, then a layout's vector, in chunks.
 *
 * <p>The chunks are the sender's own memory, not copies: it must not change until the body is sent.
 *
 * @param chunks the whole body in order; duplicate them to read
 * @param bytes its length
 * @param checksum its CRC-32C, in hex
 */
public record TensorBody(List<ByteBuffer> chunks, long bytes, String checksum) {

    /** Copies the list. */
    public TensorBody {
        chunks = List.copyOf(chunks);
    }

    /**
     * Describes a layout's float32 vector.
     *
     * @param payload the vector's little-endian bytes in order, from position to limit of each
     * @param metadata free text by key, for the header
     */
    public static TensorBody of(
            ParameterLayout layout, List<ByteBuffer> payload, Map<String, String> metadata) {
        return of(layout, Precision.FLOAT32, payload, metadata);
    }

    /**
     * Describes a layout's vector.
     *
     * @param precision what the payload's values are
     * @param payload the vector's little-endian bytes in order, from position to limit of each
     * @param metadata free text by key, for the header
     */
    public static TensorBody of(
            ParameterLayout layout,
            Precision precision,
            List<ByteBuffer> payload,
            Map<String, String> metadata) {
        List<ByteBuffer> chunks = new ArrayList<>();
        chunks.add(ByteBuffer.wrap(SafetensorsHeader.of(layout, precision, metadata).encode()));
        int headerBytes = chunks.get(0).remaining();
        chunks.addAll(payload);
        CRC32C checksum = new CRC32C();
        long bytes = 0;
        for (ByteBuffer chunk : chunks) {
            bytes += chunk.remaining();
            checksum.update(chunk.duplicate());
        }
        if (bytes - headerBytes != precision.bytes(layout)) {
            throw new IllegalArgumentException(
                    "payload: expected %d bytes, found %d"
                            .formatted(precision.bytes(layout), bytes - headerBytes));
        }
        return new TensorBody(chunks, bytes, hex(checksum));
    }

    static String hex(CRC32C checksum) {
        return HexFormat.of().toHexDigits(checksum.getValue(), 8);
    }
}
