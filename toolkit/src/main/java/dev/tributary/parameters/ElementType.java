package dev.tributary.parameters;

import java.nio.ByteBuffer;

/** The element types of safetensors, by the names that the format uses. */
public enum ElementType {
    /** IEEE 754 double. */
    F64(8, true),
    /** IEEE 754 single: the type of every vector here. */
    F32(4, true),
    /** IEEE 754 half. */
    F16(2, true),
    /** The upper half of a single. */
    BF16(2, true),
    /** Signed 64-bit. */
    I64(8, false),
    /** Signed 32-bit. */
    I32(4, false),
    /** Signed 16-bit. */
    I16(2, false),
    /** Signed 8-bit. */
    I8(1, false),
    /** Unsigned 64-bit. */
    U64(8, false),
    /** Unsigned 32-bit. */
    U32(4, false),
    /** Unsigned 16-bit. */
    U16(2, false),
    /** Unsigned 8-bit. */
    U8(1, false),
    /** One byte, 0 or 1. */
    BOOL(1, false);

    private final int bytes;
    private final boolean floating;

    ElementType(int bytes, boolean floating) {
        this.bytes = bytes;
        this.floating = floating;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether {@link #read} can turn it into float32. */
    public boolean floating() {
        return floating;
    }

    /**
     * The next element as float32; a double is rounded to the nearest.
     *
     * @param source little-endian, with at least {@link #bytes()} bytes left
     */
    float read(ByteBuffer source) {
        return switch (this) {
            case F64 -> (float) source.getDouble();
            case F32 -> source.getFloat();
            case F16 -> Float16.toFloat(source.getShort());
            case BF16 -> Float.intBitsToFloat(source.getShort() << 16);
            case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
                    throw new IllegalStateException(name() + " is no float type");
        };
    }

    /**
     * The next element as a double: exact but for integers beyond 2^53, which are rounded.
     *
     * @param source little-endian, with at least {@link #bytes()} bytes left
     */
    public double value(ByteBuffer source) {
        return switch (this) {
            case F64 -> source.getDouble();
            case F32, F16, BF16 -> read(source);
            case I64 -> source.getLong();
            case I32 -> source.getInt();
            case I16 -> source.getShort();
            case I8 -> source.get();
            case U64 -> unsigned(source.getLong());
            case U32 -> Integer.toUnsignedLong(source.getInt());
            case U16 -> Short.toUnsignedInt(source.getShort());
            case U8, BOOL -> Byte.toUnsignedInt(source.get());
        };
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : (value >>> 1) * 2.0;
    }
}
