package dev.tributary.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

final class CsvReaderTest {
    private static final CsvDialect STANDARD = CsvDialect.standard();

    private final Path directory;

    CsvReaderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void headerQuotesSpacesAndEmptyLinesAreRead() {
        CsvTable table = read("\uFEFFname, age\n\"a, b\" , 3\r\n\n c,4", STANDARD);
        assertThat(table.columns()).containsExactly("name", "age");
        assertThat(table.rowCount()).isEqualTo(2);
        assertThat(table.text(0, 0)).isEqualTo("a, b");
        assertThat(table.text(1, table.columnIndex("age"))).isEqualTo("4");
    }

    @Test
    void byteOrderMarkIsNoPartOfTheFirstValue() {
        assertThat(read("\uFEFF\"a, b\",c\n1,2", STANDARD).columns()).containsExactly("a, b", "c");
        CsvTable table = read("\uFEFF1,2\n3,4", STANDARD.withColumns(List.of("x", "y")));
        assertThat(table.text(0, 0)).isEqualTo("1");
    }

    @Test
    void gzipIsToldByItsFirstBytes() {
        byte[] gzip = DataFiles.gzip("a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
        Path file = DataFiles.write(directory.resolve("table.csv"), gzip);
        assertThat(CsvReader.read(file, STANDARD).text(0, 1)).isEqualTo("2");
    }

    @Test
    void columnsWithoutHeaderAreNamedAsGivenOrCounted() {
        assertThat(read("1,2\n3,4", STANDARD.withColumns(List.of("x", "y"))).columns())
                .containsExactly("x", "y");
        assertThat(read("1,2\n3,4", STANDARD.withColumns(List.of())).columns())
                .containsExactly("c1", "c2");
    }

    @Test
    void missingIsWhatTheDialectSaysOrEmpty() {
        CsvDialect dialect = new CsvDialect(',', true, List.of(), Set.of("NA"), null);
        CsvTable table = read("a,b,c\n?,NA,\n", dialect);
        assertThat(table.isMissing(0, 0)).isFalse();
        assertThat(table.isMissing(0, 1)).isTrue();
        assertThat(table.isMissing(0, 2)).isTrue();
    }

    @Test
    void separatorAndCommentsFollowTheDialect() {
        CsvDialect dialect = new CsvDialect(';', true, List.of(), Set.of(), '|');
        CsvTable table = read("|a comment\na;b\n1,5;2", dialect);
        assertThat(table.text(0, 0)).isEqualTo("1,5");
    }

    @Test
    void columnIsRewrittenInACopy() {
        CsvTable table = read("a,b\n1,2", STANDARD);
        CsvTable changed = table.map("b", text -> text + "!");
        assertThat(changed.text(0, 1)).isEqualTo("2!");
        assertThat(table.text(0, 1)).isEqualTo("2");
        assertThatThrownBy(() -> table.map("c", text -> text))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected a column \"c\", found [a, b]");
    }

    @Test
    void raggedRowIsNamedWithTheColumnWhereItBreaks() {
        assertRefused(
                "a,b\n1,2\n3\n", "row 2: expected 2 values, found 1: nothing for column \"b\"");
        assertRefused(
                "a,b\n1,2,9\n", "row 1: expected 2 values, found 3: \"9\" after column \"b\"");
    }

    @Test
    void fileWithoutRowsIsRefused() {
        assertRefused("", "expected at least one row, found none");
        assertRefused("a,b\n", "expected at least one row, found none");
    }

    @Test
    void columnsOfOneNameAreRefused() {
        assertRefused("a,a\n1,2\n", "expected columns of different names, found [a, a]");
    }

    @Test
    void brokenQuotesAndBrokenTextAreRefused() {
        assertRefused("a,b\n\"1,2\n", "cannot be read");
        byte[] latin = "a,b\n\u00e9,2\n".getBytes(StandardCharsets.ISO_8859_1);
        Path file = DataFiles.write(directory.resolve("latin.csv"), latin);
        assertThatThrownBy(() -> CsvReader.read(file, STANDARD))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith(
                        "latin.csv: cannot be read: expected text in UTF-8, found other bytes");
    }

    @Test
    void gzipBombIsRefused() {
        byte[] content = "1,2\n".repeat(5_000_000).getBytes(StandardCharsets.UTF_8);
        Path file = DataFiles.write(directory.resolve("bomb"), DataFiles.gzip(content));
        assertThatThrownBy(() -> CsvReader.read(file, STANDARD))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("bytes of gzip, found more");
    }

    @Test
    void contradictionInADialectIsRefused() {
        assertThatThrownBy(() -> new CsvDialect(',', true, List.of("a"), Set.of(), null))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> new CsvDialect('"', true, List.of(), Set.of(), null))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> STANDARD.withComment(',')).isInstanceOf(DataException.class);
    }

    private CsvTable read(String content, CsvDialect dialect) {
        return CsvReader.read(DataFiles.write(directory.resolve("table.csv"), content), dialect);
    }

    private void assertRefused(String content, String message) {
        assertThatThrownBy(() -> read(content, STANDARD))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("table.csv")
                .hasMessageContaining(message);
    }
}
