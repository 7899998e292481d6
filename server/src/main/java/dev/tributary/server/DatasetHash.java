package dev.tributary.server;

import dev.tributary.data.LocalDataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells whether two runs were measured on the same examples in the same order. */
final class DatasetHash {
    private static final int VALUES_AT_ONCE = 1 << 14;

    private DatasetHash() {}

    /** SHA-256 over all features, then all labels, as little-endian float32; in hex. */
    static String sha256(LocalDataset data) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            update(digest, data.features());
            update(digest, data.labels());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(VALUES_AT_ONCE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < values.length; from += VALUES_AT_ONCE) {
            int count = Math.min(VALUES_AT_ONCE, values.length - from);
            bytes.asFloatBuffer().put(values, from, count);
            digest.update(bytes.array(), 0, count * Float.BYTES);
        }
    }
}
