package dev.tributary.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFiles;
import dev.tributary.data.DatasetSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

final class SqlProviderTest {
    private final Path directory;
    private final String url;

    SqlProviderTest(@TempDir Path directory) {
        this.directory = directory;
        this.url = "jdbc:h2:" + directory.resolve("patients");
    }

    @BeforeEach
    void writeTable() throws SQLException {
        try (Connection database = DriverManager.getConnection(url, "reader", "secret");
                Statement statement = database.createStatement()) {
            statement.execute(
                    """
                    create table patients(age double, city varchar(9), ill boolean, part int);
                    insert into patients values (1e1, 'Rome', true, 0), (null, 'Bonn', false, 0),
                        (20.5, null, false, 0), (15.25, 'Bonn', true, 1), (3, 'Oslo', true, 1);
                    """);
        }
        DataFiles.write(
                directory.resolve("database.properties"),
                """
                url = %s
                user = reader
                password = secret
                train = select age as "age", city as "city", ill as "ill" from patients where part = 0
                test = select age as "age", city as "city", ill as "ill" from patients where part = 1
                """
                        .formatted(url));
    }

    @Test
    void rowsOfAQueryBecomeExamplesLikeThoseOfACsvFile() {
        DataFiles.write(
                directory.resolve("train.csv"),
                "age,city,ill\n10,Rome,TRUE\n,Bonn,FALSE\n20.5,,FALSE\n");
        DatasetSource file =
                new CsvProvider()
                        .open(directory, Map.of("train-file", "train.csv", "label", "ill"), 0);
        DatasetSource rows = open(Map.of());
        int[] all = {0, 1, 2};
        assertThat(rows.train(all).features()).isEqualTo(file.train(all).features());
        assertThat(rows.trainLabels()).isEqualTo(file.trainLabels()).containsExactly(1, 0, 0);
        assertThat(rows.statistics(all)).isEqualTo(file.statistics(all));
        assertThat(rows.trainGroups("city")).containsExactly(1, 0, 2);
    }

    @Test
    void testRowsOfAnUnknownCategoryAreRefusedOrSkipped() {
        assertThatThrownBy(() -> open(Map.of()).test())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("query \"test\", data row 2, column \"city\"")
                .hasMessageContaining("found \"Oslo\"");
        assertThat(open(Map.of("bad-examples", "skip")).test().exampleCount()).isEqualTo(1);
    }

    @Test
    void driverThatClosesNoConnectionWithinATransactionIsServed() {
        DataFiles.write(
                directory.resolve("database.properties"),
                """
                url = %s%s
                user = reader
                password = secret
                train = select age as "age", ill as "ill" from patients
                """
                        .formatted(StrictDriver.PREFIX, url));
        assertThat(open(Map.of()).trainLabels()).hasSize(5);
    }

    @Test
    void settingsAreAFileAndNotOptions() {
        assertThatThrownBy(() -> open(Map.of("url", url)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("found unknown [url]");
        assertThatThrownBy(() -> open(Map.of("database", "../database.properties")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected a file inside");
    }

    private DatasetSource open(Map<String, String> options) {
        Map<String, String> all =
                new HashMap<>(Map.of("database", "database.properties", "label", "ill"));
        all.putAll(options);
        return new SqlProvider().open(directory, all, 0);
    }
}
