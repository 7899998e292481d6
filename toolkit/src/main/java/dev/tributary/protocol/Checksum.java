package dev.tributary.protocol;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What {@link Paths#CHECKSUM_HEADER} holds: the CRC-32C of a body (RFC 3720), in hex.
 *
 * <p>TCP's own sum is 16 bits and is made anew by every proxy, so a changed bit can arrive; in a
 * control message it might still be JSON and mean something else. It tells accidents, not attacks:
 * against those there is TLS.
 */
public final class Checksum {
    private Checksum() {}

    /**
     * Of a whole body.
     *
     * @param body from its position to its limit, which stay
     * @return eight lower-case hex digits
     */
    public static String of(ByteBuffer body) {
        CRC32C checksum = new CRC32C();
        checksum.update(body.duplicate());
        return "%08x".formatted(checksum.getValue());
    }
}
