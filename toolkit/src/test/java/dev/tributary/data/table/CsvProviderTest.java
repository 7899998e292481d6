package dev.tributary.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFiles;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.NumberStatistics;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

final class CsvProviderTest {
    private final Path directory;

    CsvProviderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void writeFiles() {
        DataFiles.write(
                directory.resolve("train.csv"), "size,color,kind\n1,red,b\n3,blue,a\n2,?,c\n");
        DataFiles.write(directory.resolve("test.csv"), "size,color,kind\n2,blue,c\n");
        DataFiles.write(directory.resolve("bare.tsv"), "1\tred\t-1\n2\t-\t1\n");
    }

    @Test
    void kindsAndClassesAreFoundInTheTrainingRows() {
        DatasetSource source = open(Map.of("test-file", "test.csv"));
        assertThat(source.featureShape()).containsExactly(4);
        assertThat(source.classCount()).isEqualTo(3);
        assertThat(source.trainLabels()).containsExactly(1, 0, 2);
        assertThat(source.train(new int[] {2}).features()).containsExactly(0, 0, 0, 1);
        assertThat(source.test().features()).containsExactly(0, 1, 0, 0);
        assertThat(source.test().labels()).containsExactly(2);
    }

    @Test
    void kindsAndClassesAreAsGiven() {
        DatasetSource source =
                open(Map.of("classes", "c,b,a", "categorical", "size", "ignored", "color"));
        assertThat(source.featureShape()).containsExactly(4);
        assertThat(source.trainLabels()).containsExactly(1, 2, 0);
        assertThat(open(Map.of("positive", "a")).trainLabels()).containsExactly(0, 1, 0);
    }

    @Test
    void fileWithoutHeaderAndWithTabsIsRead() {
        Map<String, String> options =
                Map.of(
                        "train-file", "bare.tsv",
                        "separator", "tab",
                        "header", "false",
                        "columns", "size,color,gain",
                        "label", "gain",
                        "missing", "-,NA",
                        "task", "regression");
        DatasetSource source = new CsvProvider().open(directory, options, 0);
        assertThat(source.trainLabels()).containsExactly(-1, 1);
        assertThat(source.classCount()).isZero();
        assertThat(source.train(new int[] {1}).features()).containsExactly(1, 0, 1);
    }

    @Test
    void badRowsAreSkippedIfThatIsAskedForAndOthersKeepTheirNumbers() {
        DataFiles.write(
                directory.resolve("train.csv"),
                """
                size,color,kind
                1,red,b
                3,blue
                big,blue,a
                3,blue,a
                4,red,
                2,?,c
                9,red,b,b
                """);
        DataFiles.write(
                directory.resolve("test.csv"),
                """
                size,color,kind
                2,green,c
                2,blue,x
                2,blue,c
                """);
        DatasetSource source =
                open(
                        Map.of(
                                "bad-examples", "skip",
                                "numeric", "size",
                                "test-file", "test.csv"));
        assertThat(source.trainLabels()).containsExactly(1, 0, 2);
        assertThat(source.statistics(new int[] {0, 1, 2}).numbers())
                .containsEntry("size", NumberStatistics.of(1, 3, 2));
        assertThat(source.test().labels()).containsExactly(2);
        assertRefused(Map.of("numeric", "size"), "row 2: expected 3 values, found 2");
    }

    @Test
    void siteWithOneClassKnowsTheOthersByTheirNames() {
        DataFiles.write(directory.resolve("train.csv"), "size,color,kind\n1,red,b\n2,blue,b\n");
        assertRefused(Map.of(), "expected at least two classes, found [b]; where a site has one");
        assertThat(open(Map.of("classes", "a,b,c")).trainLabels()).containsExactly(1, 1);
    }

    @Test
    void severalLabelsOfARowAreASet() {
        DataFiles.write(directory.resolve("tags.csv"), "size,tags\n1,b|a\n2,\n3,c\n4,a | c\n");
        Map<String, String> options =
                Map.of("train-file", "tags.csv", "label", "tags", "task", "multi-label");
        DatasetSource source = open(options);
        assertThat(source.classNames()).containsExactly("a", "b", "c");
        assertThat(source.classCount()).isEqualTo(8);
        assertThat(source.trainLabels()).containsExactly(0b011, 0, 0b100, 0b101);

        Map<String, String> fewer = new HashMap<>(options);
        fewer.put("classes", "a,b");
        assertThatThrownBy(() -> open(fewer).trainLabels())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("row 3, column \"tags\": expected labels among [a, b]");
    }

    @Test
    void labelWithoutANameIsRefused() {
        Map<String, String> options =
                Map.of("train-file", "tags.csv", "label", "tags", "task", "multi-label");
        for (String value : List.of("b|", "|b", "a||b")) {
            DataFiles.write(
                    directory.resolve("tags.csv"), "size,tags\n1,a|b\n2,%s\n".formatted(value));
            assertThatThrownBy(() -> open(options).trainLabels())
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("row 2, column \"tags\": expected labels among [a, b]")
                    .hasMessageContaining("found \"%s\"".formatted(value));
        }
        DataFiles.write(directory.resolve("tags.csv"), "size,tags\n1,a\n");
        Map<String, String> named = new HashMap<>(options);
        named.put("classes", "a,,b");
        assertThatThrownBy(() -> open(named).trainLabels())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("none empty");
    }

    @Test
    void rowsToPredictNeedTheFeaturesAlone() {
        DatasetSource source = open(Map.of());
        Path rows = directory.resolve("rows.csv");
        DataFiles.write(rows, "color,note,size\nred,x,2\n");
        LocalDataset unlabelled = source.unlabelled(rows);
        assertThat(unlabelled.exampleCount()).isEqualTo(1);
        assertThat(unlabelled.featureSize()).isEqualTo(source.featureShape()[0]);

        Path bare = directory.resolve("bare.csv");
        DataFiles.write(bare, "color\nred\n");
        assertThatThrownBy(() -> source.unlabelled(bare))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("found none of [size]");
    }

    @Test
    void testPartThatWasNotGivenIsNamed() {
        assertThatThrownBy(() -> open(Map.of()).test())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected option \"test-file\"");
    }

    @Test
    void wrongOptionsAreNamed() {
        assertRefused(Map.of("train-file", "../secret.csv"), "expected a file inside");
        assertRefused(
                Map.of("train-file", "absent.csv"), "absent.csv: expected a file, found none");
        assertRefused(Map.of("label", "sort"), "expected a column \"sort\"");
        assertRefused(Map.of("label", "knid"), "; perhaps \"kind\" is meant");
        assertRefused(Map.of("separator", ";"), "which is one column; is the separator right?");
        assertRefused(Map.of("numeric", "color"), "row 1, column \"color\": expected a decimal");
        assertRefused(Map.of("ignored", "kind"), "expected each column once");
        assertRefused(Map.of("separator", "ab"), "expected one character or \"tab\"");
        assertRefused(Map.of("task", "ranking"), "expected one of [classification, regression,");
        assertRefused(Map.of("task", "multi-label", "positive", "a"), "found more");
        assertRefused(Map.of("positive", "a", "classes", "a,b,c"), "found more");
        assertRefused(Map.of("columns", "x,y,z"), "found both");
        assertThatThrownBy(() -> open(Map.of("classes", "a,b")).trainLabels())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("row 3, column \"kind\": expected a class among [a, b]");
    }

    private DatasetSource open(Map<String, String> options) {
        Map<String, String> all = new HashMap<>(Map.of("train-file", "train.csv", "label", "kind"));
        all.putAll(options);
        return new CsvProvider().open(directory, all, 0);
    }

    private void assertRefused(Map<String, String> options, String message) {
        assertThatThrownBy(() -> open(options))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(message);
    }
}
