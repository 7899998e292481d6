package dev.tributary.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

class TensorBodyReaderTest {
    private static final ParameterLayout LAYOUT =
            ParameterLayout.builder().trainable("w", 11, 7).trainable("b", 3).build();

    private static final UpdateMetadata METADATA = new UpdateMetadata("r1", 4, "c7", 3, 120, 0.25);

    static LongStream seeds() {
        return SeededCases.seeds(20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aBodyCutAnywhereIsReadWhole(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = SeededCases.vector(random, (int) LAYOUT.size(), 100);
        byte[] body = body(values);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        TensorBodyReader reader = new TensorBodyReader(LAYOUT, chunk -> copy(chunk, payload));
        for (int at = 0; at < body.length; ) {
            int count = Math.min(random.nextInt(1, 40), body.length - at);
            ByteBuffer chunk = ByteBuffer.wrap(body, at, count);
            reader.accept(chunk);
            assertThat(chunk.hasRemaining()).isFalse();
            at += count;
        }
        TensorBodyReader.Checked checked = reader.finish(checksum(values));
        assertThat(checked.bytes()).isEqualTo(body.length);
        assertThat(checked.magnitude()).isEqualTo(SeededCases.magnitude(values));
        assertThat(UpdateMetadata.of(checked.header().metadata())).isEqualTo(METADATA);
        assertThat(payload.toByteArray())
                .isEqualTo(Arrays.copyOfRange(body, (int) checked.payloadStart(), body.length));
    }

    @Test
    void everyTruncationIsToldApartFromTheWhole() throws IOException {
        byte[] body = body(new float[(int) LAYOUT.size()]);
        for (int length = 0; length < body.length; length++) {
            TensorBodyReader reader = reader();
            reader.accept(ByteBuffer.wrap(body, 0, length));
            assertThatThrownBy(() -> reader.finish(null))
                    .as("cut to %d bytes", length)
                    .isInstanceOfSatisfying(
                            WireException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_BODY));
        }
    }

    @Test
    void everyFlippedBitIsFound() throws IOException {
        float[] values = SeededCases.vector(new SplittableRandom(5), (int) LAYOUT.size(), 1);
        byte[] body = body(values);
        String checksum = checksum(values);
        for (int bit = 0; bit < body.length * 8; bit += 5) {
            byte[] changed = body.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(
                            () -> {
                                TensorBodyReader reader = reader();
                                reader.accept(ByteBuffer.wrap(changed));
                                reader.finish(checksum);
                            })
                    .as("bit %d", bit)
                    .isInstanceOf(WireException.class);
        }
    }

    @Test
    void oneByteTooManyIsRefusedAtOnce() throws IOException {
        TensorBodyReader reader = reader();
        reader.accept(ByteBuffer.wrap(body(new float[(int) LAYOUT.size()])));
        assertThatThrownBy(() -> reader.accept(ByteBuffer.allocate(1)))
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_BODY));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void valuesThatAreNotFiniteAreRefused(float value) {
        float[] values = new float[(int) LAYOUT.size()];
        values[53] = value;
        assertThatThrownBy(() -> reader().accept(ByteBuffer.wrap(body(values))))
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FINITE));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aBodyOfHalvesCutAnywhereIsReadWhole(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        short[] halves = SeededCases.halves(random, 3 + random.nextInt(2));
        TensorBody body = halfBody(halves, 70_000f, -2);
        byte[] whole = whole(body);
        TensorBodyReader reader = halfReader(halves.length);
        for (int at = 0; at < whole.length; ) {
            int count = Math.min(random.nextInt(1, 40), whole.length - at);
            reader.accept(ByteBuffer.wrap(whole, at, count));
            at += count;
        }
        TensorBodyReader.Checked checked = reader.finish(body.checksum());
        assertThat(checked.bytes() - checked.payloadStart()).isEqualTo(2 * halves.length + 8);
        // That of a statistic, which no float16 could hold.
        assertThat(checked.magnitude()).isEqualTo(70_000f);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x7c00, 0xfc00, 0x7e00})
    void halvesThatAreNotFiniteAreRefused(int bits) {
        TensorBody body = halfBody(new short[] {1, 2, (short) bits}, 1, 1);
        assertThatThrownBy(() -> halfReader(3).accept(ByteBuffer.wrap(whole(body))))
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FINITE));
    }

    @Test
    void everyTruncationAndEveryFlippedBitOfHalvesIsFound() throws IOException {
        TensorBody body = halfBody(new short[] {0x3c00, 1, 2}, 1, 1);
        byte[] whole = whole(body);
        for (int length = 0; length < whole.length; length++) {
            TensorBodyReader reader = halfReader(3);
            reader.accept(ByteBuffer.wrap(whole, 0, length));
            assertThatThrownBy(() -> reader.finish(null)).isInstanceOf(WireException.class);
        }
        for (int bit = 0; bit < whole.length * 8; bit += 3) {
            byte[] changed = whole.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(
                            () -> {
                                TensorBodyReader reader = halfReader(3);
                                reader.accept(ByteBuffer.wrap(changed));
                                reader.finish(body.checksum());
                            })
                    .as("bit %d", bit)
                    .isInstanceOf(WireException.class);
        }
    }

    @Test
    void anotherPrecisionIsRefusedByNameBeforeItsPayload() {
        TensorBodyReader whole = new TensorBodyReader(withStatistics(3), chunk -> {});
        ByteBuffer halves = halfBody(new short[3], 0, 0).chunks().get(0).duplicate();
        assertThatThrownBy(() -> whole.accept(halves))
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.LAYOUT_MISMATCH))
                .hasMessageContaining("tensor \"w\": expected type F32, found F16");

        List<ByteBuffer> payload = payload(new float[5]);
        ByteBuffer floats =
                TensorBody.of(withStatistics(3), payload, Map.of()).chunks().get(0).duplicate();
        assertThatThrownBy(() -> halfReader(3).accept(floats))
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.LAYOUT_MISMATCH))
                .hasMessageContaining("tensor \"w\": expected type F16, found F32");
    }

    private static ParameterLayout withStatistics(int trainables) {
        return ParameterLayout.builder()
                .add("mean", List.of(2L), ParameterKind.STATISTIC)
                .trainable("w", trainables)
                .build();
    }

    private static TensorBodyReader halfReader(int trainables) {
        return new TensorBodyReader(withStatistics(trainables), Precision.FLOAT16, chunk -> {});
    }

    private static TensorBody halfBody(short[] trainables, float... statistics) {
        ByteBuffer bytes =
                ByteBuffer.allocate(2 * trainables.length + 4 * statistics.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (short half : trainables) {
            bytes.putShort(half);
        }
        for (float value : statistics) {
            bytes.putFloat(value);
        }
        return TensorBody.of(
                withStatistics(trainables.length),
                Precision.FLOAT16,
                List.of(bytes.flip()),
                METADATA.toMap());
    }

    @Test
    void anotherLayoutIsRefusedByNameBeforeItsPayload() {
        ParameterLayout other =
                ParameterLayout.builder().trainable("w", 7, 11).trainable("b", 3).build();
        TensorBody body =
                TensorBody.of(other, payload(new float[(int) other.size()]), METADATA.toMap());
        assertThatThrownBy(() -> reader().accept(body.chunks().get(0).duplicate()))
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.LAYOUT_MISMATCH))
                .hasMessageContaining("tensor \"w\": expected shape [11, 7], found [7, 11]");
    }

    @Test
    void aHeaderThatClaimsGigabytesIsRefusedBeforeItIsAllocated() {
        ByteBuffer claim = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        claim.putLong(0, 2L << 30);
        assertThatThrownBy(() -> reader().accept(claim))
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_BODY))
                .hasMessageContaining("header length");
    }

    @Test
    void aHeaderLongerThanThisLayoutNeedsIsRefusedBeforeItIsAllocated() {
        ByteBuffer claim = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        claim.putLong(0, 8 << 20);
        assertThatThrownBy(() -> reader().accept(claim))
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_BODY))
                .hasMessageContaining("header of at most");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "round", "client", "model_version", "example_count"})
    void metadataWithoutAKeyIsRefusedByName(String key) {
        Map<String, String> metadata = new java.util.HashMap<>(METADATA.toMap());
        metadata.remove(key);
        assertThatThrownBy(() -> UpdateMetadata.of(metadata))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("\"" + key + "\"");
    }

    @Test
    void metadataThatIsNoNumberIsRefused() {
        for (String round : List.of("", "ten", "-1", "4.5", "99999999999999999999")) {
            Map<String, String> metadata = new java.util.HashMap<>(METADATA.toMap());
            metadata.put("round", round);
            assertThatThrownBy(() -> UpdateMetadata.of(metadata))
                    .isInstanceOf(WireException.class)
                    .hasMessageContaining("round");
        }
    }

    @Test
    void aWeightOfNothingIsRefused() {
        Map<String, String> metadata = new java.util.HashMap<>(METADATA.toMap());
        metadata.put("example_count", "0");
        assertThatThrownBy(() -> UpdateMetadata.of(metadata))
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_WEIGHT));
    }

    private static TensorBodyReader reader() {
        return new TensorBodyReader(LAYOUT, chunk -> {});
    }

    private static byte[] body(float[] values) {
        return whole(TensorBody.of(LAYOUT, payload(values), METADATA.toMap()));
    }

    private static byte[] whole(TensorBody body) {
        ByteBuffer whole = ByteBuffer.allocate((int) body.bytes());
        for (ByteBuffer chunk : body.chunks()) {
            whole.put(chunk.duplicate());
        }
        return whole.array();
    }

    private static String checksum(float[] values) {
        return TensorBody.of(LAYOUT, payload(values), METADATA.toMap()).checksum();
    }

    private static List<ByteBuffer> payload(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        int middle = bytes.capacity() / 8 * 4;
        return List.of(
                bytes.duplicate().limit(middle).slice(),
                bytes.duplicate().position(middle).slice());
    }

    private static void copy(ByteBuffer chunk, ByteArrayOutputStream target) {
        byte[] bytes = new byte[chunk.remaining()];
        chunk.duplicate().get(bytes);
        target.writeBytes(bytes);
    }
}
