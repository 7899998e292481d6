package dev.tributary.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.data.DataException;
import dev.tributary.data.NumberStatistics;
import dev.tributary.data.QuantileSketch;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.partition.Partitioner;
import dev.tributary.data.table.CsvColumn.Kind;
import dev.tributary.random.RandomStreams;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

class TableStatisticsTest {
    private static final CsvSchema SCHEMA =
            new CsvSchema(
                    List.of(
                            new CsvColumn("age", Kind.NUMERIC),
                            new CsvColumn("city", Kind.CATEGORICAL),
                            new CsvColumn("paid", Kind.LABEL)));
    private static final LabelEncoder LABELS = new LabelEncoder.Positive("yes");

    @TempDir private Path directory;

    static LongStream seeds() {
        return SeededCases.seeds(10);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void statisticsOfSitesAddUpToThoseOfAllRowsInAnyOrder(long seed) {
        CsvTable table = table(new SplittableRandom(seed), 200);
        List<TableStatistics> sites = new ArrayList<>();
        int[][] shares =
                Partitioner.quantity(0.5, 1).partition(new float[200], 7, new RandomStreams(seed));
        for (int[] share : shares) {
            sites.add(CsvStatistics.of(table, SCHEMA, share));
        }
        Collections.shuffle(sites, new Random(seed));
        TableStatistics sum = sites.stream().reduce(TableStatistics::plus).orElseThrow();

        assertThat(sum).isEqualTo(CsvStatistics.of(table, SCHEMA));
    }

    @Test
    void meanAndDeviationAreThoseOfTheKnownValues() {
        TableStatistics statistics =
                CsvStatistics.of(rows("10,Rome,yes", "?,Oslo,no", "20,?,no", "30,Rome,no"), SCHEMA);
        NumberStatistics age = Objects.requireNonNull(statistics.numbers().get("age"));
        assertThat(age)
                .isEqualTo(
                        new NumberStatistics(
                                3,
                                BigDecimal.valueOf(60),
                                BigDecimal.valueOf(1400),
                                10.0,
                                30.0,
                                QuantileSketch.of(30, 10, 20)));
        assertThat(age.mean()).isEqualTo(20);
        assertThat(age.deviation()).isCloseTo(Math.sqrt(200 / 3.0), within(1e-15));
        assertThat(statistics.categories()).containsEntry("city", List.of("Oslo", "Rome"));
        assertThat(statistics.rowCount()).isEqualTo(4);
    }

    @Test
    void smallSpreadAroundALargeMeanIsNotLost() {
        NumberStatistics sum = NumberStatistics.NONE;
        for (double value : new double[] {1e9 + 0.25, 1e9 - 0.25}) {
            sum = sum.plus(NumberStatistics.of(value));
        }
        assertThat(sum.deviation()).isEqualTo(0.25);
    }

    @Test
    void scalesAreOfTheKnownValues() {
        CsvTable table = rows("10,Rome,yes", "?,Oslo,no", "20,Rome,no", "90,Rome,no", "40,?,no");
        TableStatistics known = CsvStatistics.of(table, SCHEMA);
        Preprocessor range = Preprocessor.of(known, SCHEMA, LABELS, Scaling.RANGE);
        assertThat(ages(range, table)).containsExactly(0, 0, 0.125f, 1, 0.375f);
        Preprocessor robust = Preprocessor.of(known, SCHEMA, LABELS, Scaling.ROBUST);
        // The quartiles of four are the lower ones of their places: 10 and 40.
        assertThat(ages(robust, table))
                .containsExactly(new float[] {-1 / 3f, 0, 0, 7 / 3f, 2 / 3f}, within(0.06f));
    }

    private static float[] ages(Preprocessor preprocessor, CsvTable table) {
        float[] features = preprocessor.apply(table).features();
        float[] ages = new float[table.rowCount()];
        for (int i = 0; i < ages.length; i++) {
            ages[i] = features[i * preprocessor.featureCount()];
        }
        return ages;
    }

    @Test
    void fileIsReadAsItWasWritten() throws IOException {
        TableStatistics statistics = CsvStatistics.of(table(new SplittableRandom(1), 50), SCHEMA);
        Path file = directory.resolve("site.csv");
        StatisticsFile.write(file, statistics);
        assertThat(StatisticsFile.read(file)).isEqualTo(statistics);
    }

    @Test
    void wrongFilesAreTold() throws IOException {
        assertRefused("nothing of the kind", "line 1: expected rows, number or category");
        assertRefused("", "expected a line \"rows\"");
        assertRefused("rows,1\nnumber,age,1,1", "line 2: expected numbers");
        assertRefused("rows,1\nnumber,age,1,1e999999999,1,1,2", "at most 4000 digits");
        assertRefused("rows,1\nnumber,age,1," + "1".repeat(9000) + ",1,1,2", "characters");
        assertRefused("rows,1\nnumber,age,-1,5,1,1,2", "expected a count");
        assertRefused("rows,1\nnumber,age,1,5,1,NaN,2", "expected a count");
        for (String wrong :
                List.of(
                        "1,5,25,-Infinity,5",
                        "1,5,25,5,Infinity",
                        "1,4,16,5,6",
                        "1,7,49,5,6",
                        "1,5.5,37,5,6")) {
            assertRefused("rows,1\nnumber,age," + wrong + ",3:1", "expected a count");
        }
        assertRefused("rows,1\nnumber,age,2,2,2,1,1,3:2", "column \"age\": expected at most 1");
        assertRefused(
                "rows,9\nnumber,age,9,9,9,1,1,3:9223372036854775807,4:1",
                "line 2: quantile sketch: expected at most");
        assertRefused("rows,1\nnumber,age,1,5e-2300,5,5,5,3:1", "2200 decimals");
        assertRefused("rows,1\nnumber,age,1,5,25,5,5,3:2", "2 in buckets");
        assertRefused("rows,1\nnumber,age,1,5,25,5,5,3", "line 2: expected numbers");
        assertRefused("rows,1\nnumber,age,1,5,25,5,5,99999:1", "buckets from -74600 to 74600");
        assertRefused("rows,1\nnumber,age,1,5,25,5,5,3:-1,4:2", "expected counts of buckets");
        assertRefused("rows,1\ncategory,a,b\ncategory,a,c", "line 3: expected each column once");
    }

    @Test
    void roundedSumsOfHandWrittenFilesAreTaken() {
        String text = "rows,3\nnumber,age,3,0.3,0.03,0.1,0.1,3:3";
        assertThat(StatisticsFile.parse("hand", text).numbers()).containsKey("age");
    }

    @Test
    void countsThatGetTooLargeAreTold() {
        TableStatistics many = StatisticsFile.parse("many", "rows,9223372036854775807");
        assertThatThrownBy(() -> many.plus(many))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected at most 9223372036854775807 rows");
    }

    @Test
    void statisticsThatGetTooLongAreRefused() {
        List<String> words = List.of("a".repeat(StatisticsFile.MAX_BYTES));
        TableStatistics statistics =
                new TableStatistics(
                        1, Collections.emptyMap(), Collections.singletonMap("word", words));
        assertThatThrownBy(() -> StatisticsFile.text(statistics))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected at most 16,777,216 bytes");
    }

    @Test
    void otherColumnsAreTold() {
        TableStatistics own = CsvStatistics.of(rows("1,Rome,yes"), SCHEMA);
        TableStatistics other =
                new TableStatistics(1, own.numbers(), Collections.singletonMap("town", List.of()));
        assertThatThrownBy(() -> own.plus(other))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("[city]")
                .hasMessageContaining("[town]");
        assertThatThrownBy(() -> Preprocessor.of(other, SCHEMA, LABELS, Scaling.STANDARD))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column \"city\"");
    }

    private void assertRefused(String text, String part) throws IOException {
        Path file = directory.resolve("wrong.csv");
        Files.writeString(file, text);
        assertThatThrownBy(() -> StatisticsFile.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("wrong.csv")
                .hasMessageContaining(part);
    }

    private static CsvTable table(SplittableRandom random, int size) {
        String[] rows = new String[size];
        for (int i = 0; i < size; i++) {
            String age =
                    random.nextInt(10) == 0
                            ? "?"
                            : Double.toString(
                                    random.nextDouble() * Math.pow(10, random.nextInt(9)));
            rows[i] = "%s,c%d,%s".formatted(age, random.nextInt(30), i % 3 == 0 ? "yes" : "no");
        }
        return rows(rows);
    }

    private static CsvTable rows(String... rows) {
        List<String[]> values = new ArrayList<>();
        for (String row : rows) {
            values.add(row.split(",", -1));
        }
        return Tables.of("table.csv", List.of("age", "city", "paid"), values, Set.of("?"));
    }
}
