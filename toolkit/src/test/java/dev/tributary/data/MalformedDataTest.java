package dev.tributary.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every reader, given what no reader can read: one clear error, soon, with little memory. */
final class MalformedDataTest {
    private static final int BOMB_BYTES = 48 << 20;
    private static final byte[] NOTHING = {};
    private static final byte[] BOMB = DataFiles.gzip(new byte[BOMB_BYTES]);
    private static final int CIFAR_RECORD = 3073;

    private final Path directory;

    MalformedDataTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /**
     * @param name what is wrong
     * @param dataset who is to read it
     * @param files by name, what is in the directory
     * @param options of the data set
     * @param message what the error must say
     */
    private record Case(
            String name,
            String dataset,
            Map<String, byte[]> files,
            Map<String, String> options,
            String... message) {
        @Override
        public String toString() {
            return dataset + ": " + name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(idx(), cifar(), csv(), images(), texts(), arrays(), sql())
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("cases")
    @Timeout(20)
    void isToldInOneClearError(Case malformed) throws IOException {
        for (Map.Entry<String, byte[]> file : malformed.files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            DataFiles.write(path, file.getValue());
        }
        assertThatThrownBy(
                        () -> {
                            DatasetSource source =
                                    DatasetCatalog.load()
                                            .open(
                                                    malformed.dataset,
                                                    directory,
                                                    malformed.options,
                                                    1);
                            LocalDataset all = source.train(indices(source.trainLabels().length));
                            assertThat(all.exampleCount()).isPositive();
                            assertThat(source.test().exampleCount()).isPositive();
                        })
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll(malformed.message)
                .message()
                .hasSizeLessThan(600);
    }

    private static List<Case> idx() {
        byte[] images = DataFiles.images(3, 28, 28);
        byte[] labels = DataFiles.labels(1, 2, 3);
        byte[] wrongMagic = images.clone();
        wrongMagic[3] = 4;
        return List.of(
                mnist("0 bytes", images, NOTHING, "expected an IDX header of 8 bytes"),
                mnist("0 images", NOTHING, labels, "expected an IDX header of 16 bytes"),
                mnist(
                        "truncated",
                        cut(images, 100),
                        labels,
                        "2,252 values that its 2,268 bytes can hold, found 2,352"),
                mnist(
                        "wrong magic",
                        wrongMagic,
                        labels,
                        "expected IDX magic 0x00000803",
                        "0x00000804"),
                mnist("bomb as images", BOMB, labels, "expected IDX magic 0x00000803"),
                mnist("bomb behind a header", bomb(images), labels, "images-idx3-ubyte: expected"),
                mnist(
                        "no digit",
                        images,
                        DataFiles.labels(1, 2, 77),
                        "example 2: expected 0 to 9"));
    }

    private static List<Case> cifar() {
        byte[] good = new byte[2 * CIFAR_RECORD];
        byte[] wrongClass = good.clone();
        wrongClass[CIFAR_RECORD] = 10;
        return List.of(
                cifar10("0 bytes", NOTHING, "data_batch_3.bin: expected records of 3,073 bytes"),
                cifar10("truncated", cut(good, 5), "found 6,141 bytes: 1 and a part of 3,068"),
                cifar10("no class", wrongClass, "image 1: expected a class from 0 to 9, found 10"),
                cifar10("bomb", BOMB, "bytes of gzip, found more"));
    }

    private static List<Case> csv() {
        String good = "age,city,ill\n1,Rome,yes\n2,Bonn,no\n";
        return List.of(
                table("0 bytes", "", good, "train.csv: expected at least one row, found none"),
                table("header alone", "age,city,ill\n", good, "expected at least one row"),
                table(
                        "ragged",
                        "age,city,ill\n1,Rome,yes\n2,no\n",
                        good,
                        "row 2: expected 3 values"),
                table(
                        "unknown category",
                        good,
                        "age,city,ill\n2,Oslo,no\n",
                        "test.csv, data row 1, column \"city\"",
                        "expected a category among [Bonn, Rome], found \"Oslo\""),
                table(
                        "unknown class",
                        good,
                        "age,city,ill\n2,Rome,perhaps\n",
                        "row 1, column \"ill\": expected a class among [no, yes]"),
                table(
                        "no number",
                        good,
                        "age,city,ill\nold,Rome,no\n",
                        "row 1, column \"age\": expected a decimal number"),
                table("one class", "age,city,ill\n1,Rome,no\n", good, "the option \"classes\""),
                new Case(
                        "bomb",
                        "csv",
                        Map.of("train.csv", BOMB),
                        Map.of("train-file", "train.csv", "label", "ill"),
                        "train.csv"),
                new Case(
                        "bad alone",
                        "csv",
                        Map.of("train.csv", utf8("age,ill\n1\n2\n")),
                        Map.of("train-file", "train.csv", "label", "ill", "bad-examples", "skip"),
                        "expected at least one row, found none; 2 skipped, the first: "));
    }

    private static List<Case> images() {
        byte[] png = DataFiles.png(4, 3, 0xff8000);
        return List.of(
                folder("empty", Map.of("train/.hidden", NOTHING), "expected a directory for each"),
                folder("one class", Map.of("train/cat/1.png", png), "the option \"classes\""),
                folder(
                        "0 bytes",
                        Map.of("train/cat/1.png", png, "train/dog/2.png", NOTHING),
                        "2.png"),
                folder(
                        "no image",
                        Map.of("train/cat/1.png", png, "train/dog/2.png", utf8("GIF, no")),
                        "2.png: expected a PNG or JPEG image, found another 7 bytes"),
                folder(
                        "truncated",
                        Map.of("train/cat/1.png", png, "train/dog/2.png", cut(png, 30)),
                        "2.png: cannot be read"),
                folder(
                        "another size",
                        Map.of("train/cat/1.png", png, "train/dog/2.png", DataFiles.png(5, 3, 0)),
                        "2.png: expected 4 x 3 pixels like the first image, found 5 x 3"),
                folder(
                        "an image that claims all memory",
                        Map.of("train/cat/1.png", png, "train/dog/2.png", DataFiles.hugePng()),
                        "expected at most 67,108,864 pixels, found 60000 x 60000"));
    }

    private static List<Case> texts() {
        return List.of(
                text("0 bytes", "", "train.txt: expected at least one line, found none"),
                text("no class", "good\tso nice\nso bad\n", "line 2: expected <class><tab><text>"),
                text("one class", "good\tso nice\n", "the option \"classes\""),
                new Case(
                        "bomb",
                        "text",
                        Map.of("train.txt", BOMB),
                        Map.of("train-file", "train.txt"),
                        "train.txt: expected at most"),
                new Case(
                        "no UTF-8",
                        "text",
                        Map.of("train.txt", new byte[] {'a', (byte) 0xff, 'b'}),
                        Map.of("train-file", "train.txt"),
                        "train.txt: cannot be read"),
                new Case(
                        "nothing follows",
                        "text",
                        Map.of("train.txt", utf8("a\nb\n")),
                        Map.of("train-file", "train.txt"),
                        "expected a text of at least two tokens"));
    }

    private static List<Case> arrays() {
        byte[] huge = new byte[16];
        Arrays.fill(huge, 0, 7, (byte) 0x7f);
        String header = "{\"features\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},";
        String labels = "\"labels\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[8,10]}}";
        byte[] good =
                DataFiles.safetensors(header + labels, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        byte[] infinite =
                DataFiles.safetensors(
                        header + labels, new byte[] {0, 0, 0, 0, 0, 0, (byte) 0x80, 0x7f, 0, 1});
        String few = "\"labels\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[8,9]}}";
        return List.of(
                array("0 bytes", NOTHING, "expected 8 bytes at byte 0, found the end of the file"),
                array(
                        "oversized claim",
                        huge,
                        "not a safetensors file: expected a header length of 2 to"),
                array("truncated", cut(good, 1), "as its header says, found"),
                array("other names", DataFiles.safetensors("{}", NOTHING), "a tensor \"features\""),
                array(
                        "too few labels",
                        DataFiles.safetensors(header + few, new byte[9]),
                        "expected a label for each of 2 rows"),
                array("infinite", infinite, "tensor \"features\", row 1: expected numbers"));
    }

    private static List<Case> sql() {
        return List.of(
                database("0 bytes", "", "database.properties: expected the key \"train\""),
                database(
                        "no driver",
                        "url = jdbc:nobody:x\ntrain = select 1",
                        "in --plugins, found none"),
                database("another key", "uri = jdbc:h2:mem:", "expected keys among"),
                database(
                        "no such table",
                        "url = jdbc:h2:mem:\ntrain = select * from nowhere",
                        "query \"train\": expected rows from the database, found: Table"),
                database(
                        "no rows",
                        "url = jdbc:h2:mem:\ntrain = select 1 as y where 1 = 0",
                        "query \"train\": expected at least one row, found none"));
    }

    private static Case mnist(String name, byte[] images, byte[] labels, String... message) {
        return new Case(
                name,
                "mnist",
                Map.of(
                        "train-images-idx3-ubyte", images,
                        "train-labels-idx1-ubyte", labels,
                        "t10k-images-idx3-ubyte", images,
                        "t10k-labels-idx1-ubyte", labels),
                Map.of(),
                message);
    }

    private static Case cifar10(String name, byte[] third, String... message) {
        byte[] good = new byte[CIFAR_RECORD];
        return new Case(
                name,
                "cifar10",
                Map.of(
                        "data_batch_1.bin", good,
                        "data_batch_2.bin", good,
                        "data_batch_3.bin", third,
                        "data_batch_4.bin", good,
                        "data_batch_5.bin", good,
                        "test_batch.bin", good),
                Map.of(),
                message);
    }

    private static Case table(String name, String train, String test, String... message) {
        return new Case(
                name,
                "csv",
                Map.of("train.csv", utf8(train), "test.csv", utf8(test)),
                Map.of("train-file", "train.csv", "test-file", "test.csv", "label", "ill"),
                message);
    }

    private static Case folder(String name, Map<String, byte[]> files, String... message) {
        return new Case(name, "images", files, Map.of(), message);
    }

    private static Case text(String name, String train, String... message) {
        return new Case(
                name,
                "text",
                Map.of("train.txt", utf8(train)),
                Map.of("train-file", "train.txt", "task", "classify"),
                message);
    }

    private static Case array(String name, byte[] train, String... message) {
        return new Case(
                name,
                "safetensors",
                Map.of("train.safetensors", train),
                Map.of("train-file", "train.safetensors"),
                message);
    }

    private static Case database(String name, String settings, String... message) {
        return new Case(
                name,
                "sql",
                Map.of("database.properties", utf8(settings)),
                Map.of("database", "database.properties", "label", "y"),
                message);
    }

    private static byte[] cut(byte[] content, int bytes) {
        return Arrays.copyOf(content, content.length - bytes);
    }

    /** Gzip of a file that goes on and on behind a good beginning. */
    private static byte[] bomb(byte[] content) {
        return DataFiles.gzip(Arrays.copyOf(content, BOMB_BYTES));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int[] indices(int count) {
        int[] indices = new int[count];
        Arrays.setAll(indices, i -> i);
        return indices;
    }
}
