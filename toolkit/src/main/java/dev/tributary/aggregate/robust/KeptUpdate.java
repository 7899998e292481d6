package dev.tributary.aggregate.robust;

import dev.tributary.parameters.HostVector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * An update that is read again when its round is over.
 *
 * <p>Sorted by SHA-256 of its content, then by weight: two that are equal in both can be exchanged
 * for each other, so sorted updates are the same whatever the order in which they came.
 */
final class KeptUpdate implements Comparable<KeptUpdate> {
    private static final int CHUNK_BYTES = 1 << 18;

    private final HostVector vector;
    private final double weight;
    private final byte[] digest;

    private KeptUpdate(HostVector vector, double weight, byte[] digest) {
        this.vector = vector;
        this.weight = weight;
        this.digest = digest;
    }

    /** Reads it once, for its hash. */
    static KeptUpdate of(HostVector vector, double weight) throws IOException {
        return new KeptUpdate(vector, weight, sha256(vector));
    }

    HostVector vector() {
        return vector;
    }

    double weight() {
        return weight;
    }

    @Override
    public int compareTo(KeptUpdate other) {
        int byContent = Arrays.compareUnsigned(digest, other.digest);
        return byContent != 0 ? byContent : Double.compare(weight, other.weight);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeptUpdate kept && compareTo(kept) == 0;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    private static byte[] sha256(HostVector vector) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            for (long from = 0; from < vector.size(); from += CHUNK_BYTES / Float.BYTES) {
                long left = (vector.size() - from) * Float.BYTES;
                vector.read(from, chunk.clear().limit((int) Math.min(CHUNK_BYTES, left)));
                digest.update(chunk.flip());
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
