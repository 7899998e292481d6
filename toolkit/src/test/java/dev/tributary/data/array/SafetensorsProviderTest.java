package dev.tributary.data.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFiles;
import dev.tributary.data.DatasetSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

final class SafetensorsProviderTest {
    private final Path directory;

    SafetensorsProviderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void rowsAreReadInTheOrderAskedFor() {
        ByteBuffer content = littleEndian(3 * 4 * Float.BYTES + 3 * Long.BYTES);
        for (int i = 0; i < 12; i++) {
            content.putFloat(i / 2f);
        }
        content.putLong(2).putLong(0).putLong(1);
        write(
                "train",
                """
                {"__metadata__": {"made": "elsewhere"},
                 "x": {"dtype": "F32", "shape": [3, 2, 2], "data_offsets": [0, 48]},
                 "y": {"dtype": "I64", "shape": [3], "data_offsets": [48, 72]}}\
                """,
                content);
        DatasetSource source = open(Map.of("features", "x", "labels", "y"));
        assertThat(source.featureShape()).containsExactly(2, 2);
        assertThat(source.classCount()).isEqualTo(3);
        assertThat(source.trainLabels()).containsExactly(2, 0, 1);
        assertThat(source.train(new int[] {2, 0}).features())
                .containsExactly(4, 4.5f, 5, 5.5f, 0, 0.5f, 1, 1.5f);
        assertThat(source.train(new int[] {2, 0}).labels()).containsExactly(1, 2);
        assertThat(open(Map.of("features", "x", "labels", "y", "classes", "7")).classCount())
                .isEqualTo(7);
        assertThatThrownBy(() -> open(Map.of("features", "x", "labels", "y", "classes", "2")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("row 0: expected a class in [0, 2), found 2.0");
    }

    @ParameterizedTest
    @CsvSource({
        "F64, -0.5, 000000000000e0bf",
        "F16, -0.5, 00b8",
        "BF16, -0.5, 00bf",
        "F32, -0.5, 000000bf",
        "I64, -2, feffffffffffffff",
        "I32, -2, feffffff",
        "I16, -2, feff",
        "I8, -2, fe",
        "U64, 18446744073709551615, ffffffffffffffff",
        "U32, 4294967295, ffffffff",
        "U16, 65535, ffff",
        "U8, 255, ff",
        "BOOL, 1, 01"
    })
    void everyTypeIsRead(String type, float expected, String hex) {
        byte[] value = HexFormat.of().parseHex(hex);
        ByteBuffer content = littleEndian(value.length + 1).put(value).put((byte) 0);
        write(
                "train",
                """
                {"features": {"dtype": "%s", "shape": [1], "data_offsets": [0, %d]},
                 "labels": {"dtype": "U8", "shape": [1], "data_offsets": [%d, %d]}}\
                """
                        .formatted(type, value.length, value.length, value.length + 1),
                content);
        assertThat(open(Map.of()).train(new int[] {0}).features()).containsExactly(expected);
    }

    @Test
    void testExamplesMustHaveTheSameShapeAndRegressionHasNoClasses() {
        String two =
                """
                {"features": {"dtype": "U8", "shape": [1, 2], "data_offsets": [0, 2]},
                 "labels": {"dtype": "U8", "shape": [1, 1], "data_offsets": [2, 3]}}\
                """;
        String three =
                """
                {"features": {"dtype": "U8", "shape": [1, 3], "data_offsets": [0, 3]},
                 "labels": {"dtype": "U8", "shape": [1], "data_offsets": [3, 4]}}\
                """;
        write("train", two, littleEndian(3));
        write("test", three, littleEndian(4));
        Map<String, String> options = Map.of("task", "regression", "test-file", "test.safetensors");
        assertThat(open(options).classCount()).isZero();
        assertThatThrownBy(() -> open(options).test())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected examples of shape [2] like those of the training");
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private DatasetSource open(Map<String, String> options) {
        Map<String, String> all = new HashMap<>(Map.of("train-file", "train.safetensors"));
        all.putAll(options);
        return new SafetensorsProvider().open(directory, all, 0);
    }

    private void write(String name, String header, ByteBuffer content) {
        byte[] bytes = new byte[content.capacity()];
        content.rewind().get(bytes);
        DataFiles.write(
                directory.resolve(name + ".safetensors"), DataFiles.safetensors(header, bytes));
    }
}
