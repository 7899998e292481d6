package dev.tributary.agent.bench;

/**
 * The CRC-32C of two pieces of data, one behind the other, from the CRC-32C of each.
 *
 * <p>So a body whose header differs from client to client and whose payload does not is read once,
 * not once a client. Data are polynomials over GF(2): to append n bytes multiplies the checksum of
 * what is in front by x<sup>8n</sup>, modulo Castagnoli's polynomial.
 */
final class ChecksumJoin {
    /** Castagnoli's polynomial, the coefficient of the highest power in the lowest bit. */
    private static final int POLYNOMIAL = 0x82F63B78;

    /** x<sup>0</sup>. */
    private static final int ONE = 1 << 31;

    /** x<sup>8</sup>: one byte. */
    private static final int BYTE = 1 << 23;

    private ChecksumJoin() {}

    /**
     * Joins two checksums.
     *
     * @param front of what comes first, as {@link java.util.zip.CRC32C#getValue()} gives it
     * @param back of what comes behind
     * @param backBytes the length of that, at least 0
     */
    static long join(long front, long back, long backBytes) {
        int moved = product((int) front, power(backBytes));
        return (moved ^ (int) back) & 0xFFFFFFFFL;
    }

    private static int power(long bytes) {
        int result = ONE;
        int square = BYTE;
        for (long left = bytes; left > 0; left >>= 1) {
            if ((left & 1) == 1) {
                result = product(result, square);
            }
            square = product(square, square);
        }
        return result;
    }

    private static int product(int a, int b) {
        int result = 0;
        int shifted = b;
        for (int power = ONE; power != 0; power >>>= 1) {
            if ((a & power) != 0) {
                result ^= shifted;
            }
            boolean carry = (shifted & 1) != 0;
            shifted = carry ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
        }
        return result;
    }
}
