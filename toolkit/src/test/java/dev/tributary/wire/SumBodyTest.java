package dev.tributary.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.strategy.Weighting;
import dev.tributary.testkit.EngineExtension;
import dev.tributary.testkit.SeededCases;
import dev.tributary.wire.SumMetadata.Part;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Partial sums as files: the same bits as without, and nothing hostile gets through. */
@ExtendWith(EngineExtension.class)
class SumBodyTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 16_384, 40_001})
    void sumsThatTravelGiveTheBitsOfAllUpdatesInOnePlace(int size, NDManager manager)
            throws IOException {
        ParameterLayout layout = layout(size);
        SplittableRandom random = new SplittableRandom(size);
        try (ExactWeightedMean flat = new ExactWeightedMean(manager, layout);
                ExactWeightedMean tree = new ExactWeightedMean(manager, layout)) {
            for (int relay = 0; relay < 3; relay++) {
                SumBody.Checked sum = travel(manager, layout, random, relay, flat);
                tree.accumulateSum(sum.words(), sum.metadata().shares(Weighting.BY_EXAMPLES));
            }
            assertThat(tree.count()).isEqualTo(flat.count()).isEqualTo(12);
            assertThat(tree.totalWeight()).isEqualTo(flat.totalWeight());
            assertThat(finish(manager, tree)).containsExactly(finish(manager, flat));
        }
    }

    /** Four updates, added here and to the flat sum, written, read and checked. */
    private SumBody.Checked travel(
            NDManager manager,
            ParameterLayout layout,
            SplittableRandom random,
            int relay,
            ExactWeightedMean flat)
            throws IOException {
        List<Part> parts = new ArrayList<>();
        try (ExactWeightedMean sum = new ExactWeightedMean(manager, layout)) {
            for (int i = 0; i < 4; i++) {
                float[] values =
                        SeededCases.vector(random, (int) layout.size(), Math.pow(10, i - 2));
                float magnitude = SeededCases.magnitude(values);
                int examples = random.nextInt(1, 900);
                sum.accumulate(HostVector.of(values), magnitude, examples);
                flat.accumulate(HostVector.of(values), magnitude, examples);
                parts.add(new Part("c" + relay + i, examples, 0.5, magnitude, "00000000", 40));
            }
            FileChannel file = open("sum-" + relay);
            SumBody.write(file, new SumMetadata("r", 1, 0, parts), sum);
            assertThat(file.size()).isLessThanOrEqualTo(SumBody.maximumBytes(layout));
            SumBody.Checked checked = SumBody.check(file, layout, Weighting.BY_EXAMPLES);
            assertThat(checked.metadata().parts()).isEqualTo(parts);
            return checked;
        }
    }

    @Test
    void sumBeyondWhatItsPartsMakeIsRefused(NDManager manager) throws IOException {
        FileChannel file = written(manager);
        long last = file.size() - Float.BYTES - Long.BYTES;
        put(file, last, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 61));
        assertRefused(file, ErrorCode.OUT_OF_RANGE);
        put(
                file,
                last,
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MIN_VALUE));
        assertRefused(file, ErrorCode.OUT_OF_RANGE);
    }

    @Test
    void counterThatIsNoNumberIsRefused(NDManager manager) throws IOException {
        FileChannel file = written(manager);
        ByteBuffer nan = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(Float.NaN);
        put(file, file.size() - Float.BYTES, nan);
        assertRefused(file, ErrorCode.OUT_OF_RANGE);
    }

    @Test
    void shorterAndLongerFilesAreRefused(NDManager manager) throws IOException {
        FileChannel file = written(manager);
        long whole = file.size();
        put(file, whole, ByteBuffer.allocate(1).put((byte) 0));
        assertRefused(file, ErrorCode.MALFORMED_BODY);
        for (long bytes : new long[] {whole - 1, 20, 3, 0}) {
            file.truncate(bytes);
            assertRefused(file, ErrorCode.MALFORMED_BODY);
        }
    }

    @Test
    void sumOfAnotherLayoutIsRefused(NDManager manager) throws IOException {
        FileChannel file = written(manager);
        assertThatThrownBy(() -> SumBody.check(file, layout(4), Weighting.BY_EXAMPLES))
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.LAYOUT_MISMATCH));
    }

    @Test
    void clientCountsOnce() {
        assertThatThrownBy(() -> new SumMetadata("r", 1, 0, List.of(part("a"), part("a"))))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("found a twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0000000", "'; DROP", "00000000\n", "ABCDEF00"})
    void checksumIsEightHexDigits(String checksum) {
        assertThatThrownBy(() -> new Part("a", 10, 0.5, 5, checksum, 40))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("part of \"a\"");
    }

    private FileChannel written(NDManager manager) throws IOException {
        FileChannel file = open("sum");
        try (ExactWeightedMean sum = new ExactWeightedMean(manager, layout(3))) {
            sum.accumulate(HostVector.of(new float[] {1, -2, 3, 4, 5}), 5, 10);
            SumBody.write(file, new SumMetadata("r", 1, 0, List.of(part("a"))), sum);
        }
        SumBody.Checked checked = SumBody.check(file, layout(3), Weighting.BY_EXAMPLES);
        assertThat(checked.words().size()).isEqualTo(11);
        return file;
    }

    private static Part part(String client) {
        return new Part(client, 10, 0.5, 5, "00000000", 40);
    }

    private static void assertRefused(FileChannel file, ErrorCode code) {
        assertThatThrownBy(() -> SumBody.check(file, layout(3), Weighting.BY_EXAMPLES))
                .isInstanceOfSatisfying(
                        WireException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static void put(FileChannel file, long at, ByteBuffer bytes) throws IOException {
        file.write(bytes.flip(), at);
    }

    /** So many trainables, a statistic and a counter. */
    private static ParameterLayout layout(int size) {
        return ParameterLayout.builder()
                .trainable("w", size)
                .add("mean", List.of(), ParameterKind.STATISTIC)
                .add("count", List.of(), ParameterKind.COUNTER)
                .build();
    }

    private FileChannel open(String name) throws IOException {
        return FileChannel.open(directory.resolve(name), CREATE, READ, WRITE);
    }

    private static float[] finish(NDManager manager, ExactWeightedMean mean) {
        try (NDArray aggregate = mean.finish(manager)) {
            return aggregate.toFloatArray();
        }
    }
}
