package dev.tributary.aggregate;

import ai.djl.ndarray.NDArray;

import dev.tributary.parameters.HostVector;

import java.io.IOException;

/**
 * How weighted values meet a sum of 64-bit integers, and how the sum becomes numbers again.
 *
 * <p>Every kind does the same arithmetic, bit for bit: widen to float64, multiply, cut the fraction
 * off, add; and back: widen, multiply, round to float32. One thread.
 */
sealed interface Fold extends AutoCloseable permits HostFold, DeviceFold {

    /**
     * Adds {@code trunc(scale * value)} of each value to the sum in its place.
     *
     * @param update as many values as there are sums
     */
    void add(HostVector update, double scale) throws IOException;

    /**
     * The same, of values on the sum's device.
     *
     * @param update float32, as many as there are sums; read only
     */
    void add(NDArray update, double scale);

    /**
     * Writes {@code factor * sum} of consecutive sums.
     *
     * @param from the first sum's position
     * @param target float32 on the sum's device; overwritten
     */
    void scale(long from, double factor, NDArray target);

    /** Frees what it holds beside the sum. */
    @Override
    void close();
}
