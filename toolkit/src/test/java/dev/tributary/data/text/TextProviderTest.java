package dev.tributary.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFiles;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

final class TextProviderTest {
    private final Path directory;

    TextProviderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void everyPlaceButTheFirstIsAnExampleOfWhatFollows() {
        write("train.txt", "abc\n\nx\nb\u00e9a\n");
        DatasetSource source = open(Map.of("length", "2"));
        assertThat(source.featureShape()).containsExactly(2);
        assertThat(source.classCount()).isEqualTo(96);
        assertThat(source.trainLabels()).containsExactly(ascii('b'), ascii('c'), 0, ascii('a'));
        LocalDataset all = source.train(new int[] {0, 1, 2, 3});
        assertThat(all.features())
                .containsExactly(
                        0, ascii('a'), ascii('a'), ascii('b'), 0, ascii('b'), ascii('b'), 0);
        assertThat(source.train(new int[] {3}).labels()).containsExactly(ascii('a'));
    }

    @Test
    void strideLeavesPlacesOut() {
        write("train.txt", "abcdefg\nhi\n");
        DatasetSource source = open(Map.of("length", "3", "stride", "4"));
        assertThat(source.trainLabels()).containsExactly(ascii('b'), ascii('f'), ascii('i'));
        assertThat(source.train(new int[] {1}).features())
                .containsExactly(ascii('c'), ascii('d'), ascii('e'));
    }

    @Test
    void wordsAreNumberedByTheirFrequencyOrAsAFileSays() {
        write("train.txt", "The cat sat. The dog sat, the end\n");
        DatasetSource source =
                open(Map.of("tokens", "words", "length", "1", "vocabulary-size", "2"));
        // the, sat; all else is 0.
        assertThat(source.classCount()).isEqualTo(3);
        assertThat(source.trainLabels()).containsExactly(0, 2, 0, 1, 0, 2, 0, 1, 0);
        write("words.txt", "dog\nsat\nthe\n");
        assertThat(open(Map.of("tokens", "words", "vocabulary", "words.txt")).trainLabels())
                .containsExactly(0, 2, 0, 3, 1, 2, 0, 3, 0);
    }

    @Test
    void classifiedLinesKeepTheirEndAndBeginWithZeros() {
        write("train.txt", "good\tso nice\nbad\tno\n");
        write("test.txt", "bad\tnot nice\n");
        DatasetSource source =
                open(Map.of("task", "classify", "length", "4", "test-file", "test.txt"));
        assertThat(source.trainLabels()).containsExactly(1, 0);
        assertThat(source.classCount()).isEqualTo(2);
        assertThat(source.train(new int[] {0, 1}).features())
                .containsExactly(
                        ascii('n'),
                        ascii('i'),
                        ascii('c'),
                        ascii('e'),
                        0,
                        0,
                        ascii('n'),
                        ascii('o'));
        assertThat(source.test().labels()).containsExactly(0);
    }

    @Test
    void byteOrderMarkMakesNoClassAndNoTokenOfItsOwn() {
        write("train.txt", "\uFEFFgood\tso\nbad\tno\ngood\tso\n");
        write("words.txt", "\uFEFFso\nno\n");
        Map<String, String> options =
                Map.of(
                        "task",
                        "classify",
                        "tokens",
                        "words",
                        "length",
                        "1",
                        "vocabulary",
                        "words.txt");
        DatasetSource source = open(options);
        assertThat(source.classCount()).isEqualTo(2);
        assertThat(source.trainLabels()).containsExactly(1, 0, 1);
        assertThat(source.train(new int[] {0, 1}).features()).containsExactly(1, 2);
    }

    @Test
    void groupsAreAColumnForTheNaturalPartition() {
        write("train.txt", "romeo\tab\njuliet\tabc\nromeo\txy\n");
        DatasetSource source = open(Map.of("group", "true"));
        assertThat(source.trainGroups("group")).containsExactly(1, 0, 0, 1);
        assertThatThrownBy(() -> source.trainGroups("role"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column \"role\": expected \"group\"");
    }

    @Test
    void linesThatCannotBeReadAreSkippedIfThatIsAskedFor() {
        write("train.txt", "good\tso nice\nlost\nbad\tno\nugly\tso\n");
        Map<String, String> skip =
                Map.of("task", "classify", "classes", "good,bad", "bad-examples", "skip");
        assertThat(open(skip).trainLabels()).containsExactly(0, 1);
        assertThatThrownBy(() -> open(Map.of("task", "classify")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 2: expected <class><tab><text>, found \"lost\"");
    }

    @Test
    void tokenThatIsListedTwiceIsNamed() {
        write("train.txt", "abc\n");
        write("characters.txt", "a\nb\na\n");
        assertThatThrownBy(() -> open(Map.of("vocabulary", "characters.txt")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(
                        "characters.txt: expected each token once, found \"a\" twice");
    }

    private static float ascii(char character) {
        return character - ' ' + 1;
    }

    private DatasetSource open(Map<String, String> options) {
        Map<String, String> all = new HashMap<>(Map.of("train-file", "train.txt"));
        all.putAll(options);
        return new TextProvider().open(directory, all, 0);
    }

    private void write(String name, String content) {
        DataFiles.write(directory.resolve(name), content);
    }
}
