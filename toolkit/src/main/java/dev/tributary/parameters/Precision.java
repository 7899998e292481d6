package dev.tributary.parameters;

import java.nio.channels.FileChannel;

/**
 * In how many bits the values of an update travel.
 *
 * <p>Trainables lie first in a layout's vector, so what travels is a range of the narrower type,
 * then a range of float32. Thread-safe.
 */
public enum Precision {
    /** All values as they are. */
    FLOAT32,

    /**
     * Trainables rounded to {@link Float16}, half the bytes. All else stays float32: running
     * statistics, counters and what algorithms exchange beside a model have ranges of their own.
     */
    FLOAT16;

    /** The type in which values of a kind travel. */
    ElementType type(ParameterKind kind) {
        return this == FLOAT16 && kind == ParameterKind.TRAINABLE
                ? ElementType.F16
                : ElementType.F32;
    }

    /** Elements from the first on that travel as float16. */
    public long halves(ParameterLayout layout) {
        return this == FLOAT16 ? layout.size(ParameterKind.TRAINABLE) : 0;
    }

    /** Bytes of a layout's vector on its way. */
    public long bytes(ParameterLayout layout) {
        return position(layout, layout.size());
    }

    /** Bytes before an element of a layout's vector. */
    long position(ParameterLayout layout, long element) {
        return element * Float.BYTES - Math.min(element, halves(layout)) * Float16.BYTES;
    }

    /**
     * A layout's vector over a range of a file, which the caller keeps open and closes.
     *
     * @param position the byte at which it begins
     */
    public HostVector vector(FileChannel channel, long position, ParameterLayout layout) {
        long halves = halves(layout);
        return halves == 0
                ? HostVector.of(channel, position, layout.size())
                : new HalfVector(channel, position, halves, layout.size());
    }
}
