package dev.tributary.agent;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

import dev.tributary.device.GradientScope;
import dev.tributary.parameters.Float16;
import dev.tributary.parameters.HostTransfer.ChunkSink;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

class ModelVectorsTest {
    private static final NDIndex ALL = new NDIndex(":");

    /** The last one is more than one chunk of memory. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 1037, (1 << 24) + 5})
    void updateIsTrainedMinusReceivedInTheVectorsOwnMemory(int size) throws IOException {
        try (GradientScope off = GradientScope.off();
                ModelVectors vectors = new ModelVectors(size, 3, Device.cpu())) {
            int before = vectors.manager().getManagedArrays().size();
            for (int round = 1; round <= 3; round++) {
                receive(vectors, size, round);
                NDArray update = vectors.update();
                update.set(ALL, vectors.received());
                update.muli(2);
                check(vectors.updateBytes(), size, round);
            }
            assertThat(vectors.manager().getManagedArrays()).hasSize(before);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 1037, (1 << 24) + 5})
    void trainablesTravelAsHalvesAndTheRestAsItIs(int halves) throws IOException {
        int size = halves + 3;
        try (GradientScope off = GradientScope.off();
                ModelVectors vectors = new ModelVectors(size, 0, Device.cpu())) {
            for (int round = 1; round <= 2; round++) {
                receive(vectors, size, round);
                vectors.update().set(ALL, vectors.received());
                checkHalves(vectors.updateBytes(halves), halves, size, round);
            }
        }
    }

    private static void checkHalves(List<ByteBuffer> update, int halves, int size, int round) {
        int index = 0;
        for (ByteBuffer chunk : update) {
            ByteBuffer values = chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            while (values.hasRemaining()) {
                float found =
                        index < halves ? Float16.toFloat(values.getShort()) : values.getFloat();
                if (found != value(index, round)) {
                    assertThat(found).as("element %d", index).isEqualTo(value(index, round));
                }
                index++;
            }
        }
        assertThat(index).isEqualTo(size);
    }

    /** In chunks that are cut within a value. */
    private static void receive(ModelVectors vectors, int size, int round) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            bytes.putFloat(value(i, round));
        }
        ChunkSink sink = vectors.download();
        for (int from = 0; from < bytes.capacity(); from += 1_000_001) {
            int count = Math.min(1_000_001, bytes.capacity() - from);
            sink.accept(bytes.slice(from, count));
        }
    }

    private static void check(List<ByteBuffer> update, int size, int round) {
        int index = 0;
        for (ByteBuffer chunk : update) {
            ByteBuffer values = chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            while (values.hasRemaining()) {
                float found = values.getFloat();
                if (found != 2 * value(index, round)) {
                    assertThat(found).as("element %d", index).isEqualTo(2 * value(index, round));
                }
                index++;
            }
        }
        assertThat(index).isEqualTo(size);
    }

    /** Small whole numbers, which no operation rounds. */
    private static float value(int index, int round) {
        return (index % 1000) + round;
    }
}
