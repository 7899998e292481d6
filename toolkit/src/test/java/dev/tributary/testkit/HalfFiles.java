package dev.tributary.testkit;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tributary.parameters.Float16;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** Files that hold trainables as float16 and statistics as float32, as updates do. */
public final class HalfFiles {
    /** Bytes before the vector, so that nothing is aligned. */
    private static final int OFFSET = 3;

    private HalfFiles() {}

    /** A layout of so many of each. */
    public static ParameterLayout layout(int trainables, int statistics) {
        return ParameterLayout.builder()
                .trainable("w", trainables)
                .add("mean", List.of((long) statistics), ParameterKind.STATISTIC)
                .build();
    }

    /** Writes a file, which the caller closes. */
    public static FileChannel write(Path path, short[] trainables, float... statistics)
            throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(
                                OFFSET
                                        + trainables.length * Short.BYTES
                                        + statistics.length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(OFFSET);
        for (short half : trainables) {
            bytes.putShort(half);
        }
        for (float value : statistics) {
            bytes.putFloat(value);
        }
        FileChannel file = FileChannel.open(path, CREATE, TRUNCATE_EXISTING, READ, WRITE);
        bytes.flip();
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        return file;
    }

    /** The vector that such a file holds. */
    public static HostVector vector(FileChannel file, int trainables, int statistics) {
        return Precision.FLOAT16.vector(file, OFFSET, layout(trainables, statistics));
    }

    /** The same values. */
    public static float[] values(short[] trainables, float... statistics) {
        float[] values = new float[trainables.length + statistics.length];
        for (int i = 0; i < trainables.length; i++) {
            values[i] = Float16.toFloat(trainables[i]);
        }
        System.arraycopy(statistics, 0, values, trainables.length, statistics.length);
        return values;
    }
}
