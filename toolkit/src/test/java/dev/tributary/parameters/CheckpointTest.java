package dev.tributary.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.testkit.EngineExtension;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

@ExtendWith(EngineExtension.class)
class CheckpointTest {
    private static final ParameterLayout LAYOUT =
            ParameterLayout.builder().trainable("weight", 2, 3).trainable("bias", 2).build();
    private static final float[] VALUES = {1, 2, 3, 4, 5, 6, -7, -8};

    @TempDir Path directory;

    @Test
    void whatIsWrittenIsReadBack(NDManager manager) throws IOException {
        Path file = directory.resolve("model.safetensors");
        write(manager, file);
        assertThat(read(manager, file)).containsExactly(VALUES);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThat(checkpoint.header().metadata()).containsEntry("round", "3");
        }
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void theBytesAreThoseOfTheSafetensorsFormat(NDManager manager) throws IOException {
        Path file = directory.resolve("model.safetensors");
        write(manager, file);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int headerBytes = (int) bytes.getLong();
        byte[] header = new byte[headerBytes];
        bytes.get(header);
        assertThat(new String(header, StandardCharsets.UTF_8).strip())
                .isEqualTo(
                        "{\"__metadata__\":{\"round\":\"3\"},"
                                + "\"weight\":{\"dtype\":\"F32\",\"shape\":[2,3],"
                                + "\"data_offsets\":[0,24]},"
                                + "\"bias\":{\"dtype\":\"F32\",\"shape\":[2],"
                                + "\"data_offsets\":[24,32]}}");
        assertThat(bytes.position() % 8).isZero();
        float[] payload = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(payload);
        assertThat(payload).containsExactly(VALUES);
    }

    @Test
    void aLargeVectorStreamsThroughSeveralChunks(NDManager manager) throws IOException {
        int size = (1 << 22) + 12_345;
        ParameterLayout layout = ParameterLayout.builder().trainable("w", size).build();
        float[] values = SeededCases.vector(new SplittableRandom(11), size, 1);
        Path file = directory.resolve("large.safetensors");
        try (NDManager scope = manager.newSubManager();
                Checkpoint checkpoint = writeThenOpen(scope, file, layout, values)) {
            NDArray flat = scope.zeros(new Shape(size));
            checkpoint.read(layout, flat);
            assertThat(Arrays.equals(flat.toFloatArray(), values)).isTrue();
        }
    }

    @Test
    void tensorsWrittenElsewhereMayComeInAnyOrderAndFloatType(NDManager manager)
            throws IOException {
        Path file = directory.resolve("elsewhere.safetensors");
        String header =
                "{\"bias\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]},"
                        + "\"weight\":{\"data_offsets\":[16,28],\"shape\":[2,3],"
                        + "\"dtype\":\"BF16\"}}";
        ByteBuffer payload = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
        payload.putDouble(-7).putDouble(-8);
        for (float value = 1; value <= 6; value++) {
            payload.putShort((short) (Float.floatToIntBits(value) >> 16));
        }
        writeRaw(file, header, payload.array());
        assertThat(read(manager, file)).containsExactly(VALUES);
    }

    @Test
    void halfPrecisionIsWidenedExactly(NDManager manager) throws IOException {
        Path file = directory.resolve("half.safetensors");
        ParameterLayout layout = ParameterLayout.builder().trainable("w", 6).build();
        ByteBuffer payload = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        for (int half : new int[] {0x3c00, 0xc000, 0x0001, 0x8000, 0x7bff, 0x3555}) {
            payload.putShort((short) half);
        }
        writeRaw(
                file,
                "{\"w\":{\"dtype\":\"F16\",\"shape\":[6],\"data_offsets\":[0,12]}}",
                payload.array());
        try (NDManager scope = manager.newSubManager();
                Checkpoint checkpoint = Checkpoint.open(file)) {
            NDArray flat = scope.zeros(new Shape(6));
            checkpoint.read(layout, flat);
            assertThat(flat.toFloatArray())
                    .containsExactly(1, -2, 0x1p-24f, -0f, 65504, 1365 / 4096f);
        }
    }

    @Test
    void aMismatchNamesTheTensorAndBothShapes(NDManager manager) throws IOException {
        Path file = directory.resolve("model.safetensors");
        write(manager, file);
        ParameterLayout other =
                ParameterLayout.builder().trainable("weight", 3, 2).trainable("bias", 2).build();
        try (NDManager scope = manager.newSubManager();
                Checkpoint checkpoint = Checkpoint.open(file)) {
            NDArray flat = scope.zeros(new Shape(8));
            assertThatThrownBy(() -> checkpoint.read(other, flat))
                    .isInstanceOf(LayoutMismatchException.class)
                    .hasMessageContaining("model.safetensors")
                    .hasMessageContaining("\"weight\": expected shape [3, 2], found [2, 3]");
        }
    }

    @Test
    void missingAndUnknownTensorsAreNamed(NDManager manager) throws IOException {
        Path file = directory.resolve("model.safetensors");
        write(manager, file);
        ParameterLayout more = ParameterLayout.builder().trainable("extra", 8).build();
        ParameterLayout fewer = ParameterLayout.builder().trainable("weight", 2, 3).build();
        try (NDManager scope = manager.newSubManager();
                Checkpoint checkpoint = Checkpoint.open(file)) {
            NDArray flat = scope.zeros(new Shape(8));
            assertThatThrownBy(() -> checkpoint.read(more, flat))
                    .hasMessageContaining("\"extra\": expected shape [8], found no such tensor");
            assertThatThrownBy(() -> checkpoint.read(fewer, flat))
                    .hasMessageContaining("\"bias\": expected none of this name");
        }
    }

    @Test
    void everyTruncationIsRefused(NDManager manager) throws IOException {
        Path file = directory.resolve("model.safetensors");
        write(manager, file);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Path cut = directory.resolve("cut.safetensors");
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Checkpoint.open(cut))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(MalformedTensorsException.class)
                    .hasMessageContaining("cut.safetensors");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json at all",
                "[]",
                "{\"w\":3}",
                "{\"w\":{}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,7]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
                "{\"w\":{\"dtype\":\"X99\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],"
                        + "\"data_offsets\":[0,8]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                        + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} trailing"
            })
    void aHeaderThatLiesIsRefused(String header) throws IOException {
        Path file = directory.resolve("bad.safetensors");
        writeRaw(file, header, new byte[8]);
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(MalformedTensorsException.class)
                .hasMessageContaining("bad.safetensors");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 1L << 31, 1L << 62, Long.MIN_VALUE})
    void aHeaderLengthThatLiesIsRefusedBeforeItIsAllocated(long claimed) throws IOException {
        Path file = directory.resolve("bomb.safetensors");
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(claimed);
        Files.write(file, bytes.array());
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(MalformedTensorsException.class)
                .hasMessageContaining("header length");
    }

    private static void write(NDManager manager, Path file) throws IOException {
        try (NDArray flat = manager.create(VALUES)) {
            Checkpoint.write(file, LAYOUT, flat, Map.of("round", "3"));
        }
    }

    private static Checkpoint writeThenOpen(
            NDManager scope, Path file, ParameterLayout layout, float[] values) throws IOException {
        try (NDArray flat = scope.create(values)) {
            Checkpoint.write(file, layout, flat, Map.of());
        }
        return Checkpoint.open(file);
    }

    private static float[] read(NDManager manager, Path file) throws IOException {
        try (NDArray flat = manager.zeros(new Shape(LAYOUT.size()));
                Checkpoint checkpoint = Checkpoint.open(file)) {
            checkpoint.read(LAYOUT, flat);
            return flat.toFloatArray();
        }
    }

    private static void writeRaw(Path file, String header, byte[] payload) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + json.length + payload.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(json.length).put(json).put(payload).array());
    }
}
