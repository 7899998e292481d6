package dev.tributary.data.image;

import java.util.Arrays;

/**
 * The content of an IDX file of unsigned bytes.
 *
 * <p>Not a record: its arrays are shared, not copied, and must not be changed; then it is
 * thread-safe.
 */
final class IdxArray {
    private final int[] shape;
    private final byte[] values;

    IdxArray(int[] shape, byte[] values) {
        this.shape = shape;
        this.values = values;
    }

    /** The extents, outermost first; for images {@code [count, rows, columns]}; a copy. */
    int[] shape() {
        return shape.clone();
    }

    /** Row-major values, to be read as unsigned; not a copy: do not change them. */
    byte[] values() {
        return values;
    }

    @Override
    public String toString() {
        return "IdxArray" + Arrays.toString(shape);
    }
}
