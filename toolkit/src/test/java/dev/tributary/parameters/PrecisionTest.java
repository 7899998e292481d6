package dev.tributary.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.testkit.HalfFiles;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

class PrecisionTest {
    private static final ParameterLayout LAYOUT =
            ParameterLayout.builder()
                    .add("count", List.of(), ParameterKind.COUNTER)
                    .trainable("w", 2, 3)
                    .trainable("b", 1)
                    .add("mean", List.of(2L), ParameterKind.STATISTIC)
                    .add("control", List.of(3L), ParameterKind.AUXILIARY)
                    .build();

    @TempDir private Path directory;

    static LongStream seeds() {
        return SeededCases.seeds(20);
    }

    @Test
    void trainablesTravelInHalfTheBytesAndNothingElse() {
        assertThat(Precision.FLOAT32.bytes(LAYOUT)).isEqualTo(LAYOUT.bytes()).isEqualTo(52);
        assertThat(Precision.FLOAT16.bytes(LAYOUT)).isEqualTo(7 * 2 + 6 * 4);
        SafetensorsHeader header =
                SafetensorsHeader.of(LAYOUT, Precision.FLOAT16, Map.of("round", "3"));
        assertThat(header.tensors())
                .containsExactly(
                        entry("w", ElementType.F16, List.of(2L, 3L), 0, 12),
                        entry("b", ElementType.F16, List.of(1L), 12, 14),
                        entry("mean", ElementType.F32, List.of(2L), 14, 22),
                        entry("count", ElementType.F32, List.of(), 22, 26),
                        entry("control", ElementType.F32, List.of(3L), 26, 38));
        assertThat(SafetensorsHeader.parse(json(header))).isEqualTo(header);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anyRangeOfAFileOfHalvesReadsAsTheirValues(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        short[] halves = SeededCases.halves(random, random.nextInt(50));
        float[] rest = SeededCases.vector(random, random.nextInt(50), 1e9);
        float[] expected = HalfFiles.values(halves, rest);
        try (FileChannel file = HalfFiles.write(directory.resolve("body"), halves, rest)) {
            HostVector vector = HalfFiles.vector(file, halves.length, rest.length);
            assertThat(vector.size()).isEqualTo(expected.length);
            for (int i = 0; i < 100; i++) {
                int from = random.nextInt(expected.length + 1);
                int count = random.nextInt(expected.length - from + 1);
                assertThat(read(vector, from, count))
                        .isEqualTo(Arrays.copyOfRange(expected, from, from + count));
            }
        }
    }

    @Test
    void aFileThatBecameShorterIsAnError() throws IOException {
        Path path = directory.resolve("body");
        try (FileChannel file = HalfFiles.write(path, new short[9], new float[2])) {
            HostVector vector = HalfFiles.vector(file, 9, 2);
            file.truncate(file.size() - 1);
            assertThat(read(vector, 0, 10)).hasSize(10);
            assertThatThrownBy(() -> read(vector, 8, 3))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("expected 1 more bytes");
        }
    }

    private static float[] read(HostVector vector, int from, int count) throws IOException {
        // Not from the beginning of a buffer, nor to its end, nor in its usual order.
        ByteBuffer bytes = ByteBuffer.allocate(4 * count + 12).position(4);
        vector.read(from, bytes.limit(4 * count + 4));
        assertThat(bytes.hasRemaining()).isFalse();
        float[] values = new float[count];
        bytes.position(4);
        bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private static byte[] json(SafetensorsHeader header) {
        byte[] encoded = header.encode();
        return Arrays.copyOfRange(encoded, SafetensorsHeader.LENGTH_BYTES, encoded.length);
    }

    private static Map.Entry<String, SafetensorsHeader.Entry> entry(
            String name, ElementType type, List<Long> shape, long begin, long end) {
        return Map.entry(name, new SafetensorsHeader.Entry(type, shape, begin, end));
    }
}
