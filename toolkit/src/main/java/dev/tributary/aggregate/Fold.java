package dev.tributary.aggregate;

import ai.djl.ndarray.NDArray;

import dev.tributary.parameters.HostVector;

import java.io.IOException;

/**
 * How weighted values are added to a sum of 64-bit integers, and the sum is scaled back.
 *
 * <p>The same arithmetic wherever it is done, bit for bit: widen to float64, multiply, cut the
 * fraction off, add; and back, widen, multiply, round. One thread, which has the recording of
 * gradients switched off.
 */
sealed interface Fold extends AutoCloseable permits HostFold, DeviceFold {
    /**
     * Adds {@code trunc(scale * value)} of each value.
     *
     * @param update as long as the sum
     * @throws IOException if it cannot be read; some of it may be in the sum then
     */
    void add(HostVector update, double scale) throws IOException;

    /**
     * Adds {@code trunc(scale * value)} of each value.
     *
     * @param update float32 on the sum's device, as long as the sum; read only
     */
    void add(NDArray update, double scale);

    /**
     * Writes {@code factor * sum} of consecutive sums, rounded once.
     *
     * @param from the first sum's position
     * @param target float32 on the sum's device; filled
     */
    void scale(long from, double factor, NDArray target);

    /** Makes all sums zero. */
    void clear();

    /** Frees what it holds beside the sum. */
    @Override
    void close();
}
