package dev.tributary.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import dev.tributary.data.DataException;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.table.CsvColumn.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

final class PreprocessorTest {
    private static final LabelEncoder YES_NO = new LabelEncoder.Classes(List.of("no", "yes"));
    private static final CsvSchema SCHEMA =
            new CsvSchema(
                    List.of(
                            new CsvColumn("age", Kind.NUMERIC),
                            new CsvColumn("id", Kind.IGNORED),
                            new CsvColumn("city", Kind.CATEGORICAL),
                            new CsvColumn("paid", Kind.LABEL)));

    private final CsvTable training =
            table("10,x,Rome,yes", "20,x,Bonn,no", "?,x,?,no", "30,x,Rome,yes");
    private final Preprocessor preprocessor = fit(training, SCHEMA, YES_NO);

    @Test
    void numbersAreStandardizedAndCategoriesOneHotByTheTrainingRows() {
        LocalDataset data = preprocessor.apply(training);
        float unit = (float) (10 / Math.sqrt(200 / 3.0));
        // The age, and Bonn, Rome and nothing.
        assertThat(preprocessor.featureCount()).isEqualTo(4);
        assertThat(data.features())
                .containsExactly(
                        new float[] {-unit, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, unit, 0, 1, 0},
                        within(1e-6f));
        assertThat(data.labels()).containsExactly(1, 0, 0, 1);
        assertThat(data.featureShape()).containsExactly(preprocessor.featureCount());
        assertThat(data.classCount()).isEqualTo(2);
    }

    @Test
    void otherRowsAreSeenThroughTheTrainingRows() {
        LocalDataset data = preprocessor.apply(table("20,y,Bonn,no", "40,y,?,yes"));
        float twoUnits = (float) (20 / Math.sqrt(200 / 3.0));
        assertThat(data.features()).containsExactly(0, 1, 0, 0, twoUnits, 0, 0, 1);
    }

    @Test
    void chosenRowsAreTheSameAsThoseOfAll() {
        int[] rows = {3, 0};
        assertThat(preprocessor.apply(training, rows).features())
                .isEqualTo(preprocessor.apply(training).subset(rows).features());
        assertThat(preprocessor.labels(training)).isEqualTo(preprocessor.apply(training).labels());
    }

    @Test
    void columnsMayStandInAnotherOrder() {
        CsvTable moved =
                Tables.of(
                        "moved.csv",
                        List.of("paid", "city", "age", "id"),
                        List.<String[]>of(new String[] {"yes", "Rome", "10", "x"}),
                        Set.of());
        assertThat(preprocessor.apply(moved).features())
                .isEqualTo(preprocessor.apply(training, new int[] {0}).features());
    }

    @Test
    void columnThatNeverVariesBecomesZero() {
        CsvTable constant = table("5,x,Rome,yes", "5,x,Rome,no");
        assertThat(fit(constant, SCHEMA, YES_NO).apply(constant).features())
                .containsExactly(0, 1, 0, 0, 1, 0);
    }

    @Test
    void unknownCategoryLabelOrMissingLabelIsNamedWithItsPlace() {
        assertRefused(
                "20,x,Oslo,no",
                "table.csv, data row 1, column \"city\": expected a category among [Bonn, Rome],"
                        + " found \"Oslo\"");
        assertRefused("20,x,Rome,maybe", "column \"paid\": expected a class among [no, yes]");
        assertRefused(
                "20,x,Rome,?",
                "column \"paid\": expected a class among [no, yes], found a missing value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"old", "NaN", "Infinity", "0x1p3", "1d", "1e39", "1,5", "--1", "1e", "."})
    void whatIsNoNumberIsNamedWithItsPlace(String value) {
        CsvTable table =
                Tables.of(
                        "table.csv",
                        training.columns(),
                        List.of(
                                new String[] {"1", "x", "Rome", "no"},
                                new String[] {value, "x", "Rome", "no"}),
                        Set.of("?"));
        String message =
                "table.csv, data row 2, column \"age\": expected a decimal number within the range"
                        + " of float32, found \""
                        + value
                        + '"';
        assertThatThrownBy(() -> preprocessor.apply(table)).hasMessage(message);
        assertThatThrownBy(() -> fit(table, SCHEMA, YES_NO))
                .isInstanceOf(DataException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "+7.", "-.5", "1e3", "1.5E-7", "007"})
    void numbersInUsualFormsAreRead(String value) {
        LocalDataset data = preprocessor.apply(table(value + ",x,Rome,no"));
        double expected = (Double.parseDouble(value) - 20) / Math.sqrt(200 / 3.0);
        assertThat(data.features()[0]).isCloseTo((float) expected, within(1e-4f));
    }

    @Test
    void numberThatOverflowsWhenStandardizedIsRefused() {
        CsvTable tiny = table("1e-30,x,Rome,yes", "2e-30,x,Rome,no");
        Preprocessor narrow = fit(tiny, SCHEMA, YES_NO);
        assertThatThrownBy(() -> narrow.apply(table("1e30,x,Rome,no")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("row 1, column \"age\": expected a number that fits float32");
    }

    @Test
    void numericColumnWithoutAnyNumberIsRefused() {
        CsvTable empty = table("?,x,Rome,yes", ",x,Rome,no");
        assertThatThrownBy(() -> fit(empty, SCHEMA, YES_NO))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column \"age\": expected at least one number");
    }

    @Test
    void tableWithOtherColumnsIsRefused() {
        CsvTable other =
                Tables.of(
                        "other.csv",
                        List.of("age", "id", "town", "paid"),
                        List.<String[]>of(new String[] {"1", "x", "Rome", "no"}),
                        Set.of());
        assertThatThrownBy(() -> preprocessor.apply(other))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("other.csv")
                .hasMessageContaining("found none of [city], and unknown [town]");
    }

    @Test
    void positiveClassAndRegressionReadLabelsTheirWay() {
        CsvTable table = table("1,x,Rome,2.5", "2,x,Rome,4");
        LocalDataset positive = fit(table, SCHEMA, new LabelEncoder.Positive("4")).apply(table);
        assertThat(positive.labels()).containsExactly(0, 1);
        LocalDataset target = fit(table, SCHEMA, new LabelEncoder.Target()).apply(table);
        assertThat(target.labels()).containsExactly(2.5f, 4);
        assertThat(target.classCount()).isZero();
    }

    @Test
    void schemaNeedsOneLabelAndAFeature() {
        CsvColumn label = new CsvColumn("paid", Kind.LABEL);
        CsvColumn age = new CsvColumn("age", Kind.NUMERIC);
        assertThatThrownBy(() -> new CsvSchema(List.of(age)))
                .hasMessageContaining("expected one label column, found 0");
        assertThatThrownBy(() -> new CsvSchema(List.of(label)))
                .hasMessageContaining("expected at least one numeric or categorical column");
        assertThatThrownBy(() -> new CsvSchema(List.of(age, label, age)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("different names");
    }

    @Test
    void kindsThatAreNotDescribedAreInferred() {
        CsvSchema schema = CsvSchema.infer(training, List.of(new CsvColumn("paid", Kind.LABEL)));
        assertThat(schema.columns())
                .extracting(CsvColumn::kind)
                .containsExactly(Kind.NUMERIC, Kind.CATEGORICAL, Kind.CATEGORICAL, Kind.LABEL);
        assertThatThrownBy(
                        () ->
                                CsvSchema.infer(
                                        training, List.of(new CsvColumn("payed", Kind.LABEL))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected a column \"payed\"");
    }

    @Test
    void wordInAColumnOfNumbersIsWarnedOf() {
        Logger logger = (Logger) LoggerFactory.getLogger(CsvSchema.class);
        ListAppender<ILoggingEvent> warnings = new ListAppender<>();
        warnings.start();
        logger.addAppender(warnings);
        try {
            CsvTable slip = table("20,x,Rome,no", "30,x,Rome,no", "4o,x,Rome,yes", "?,x,Rome,yes");
            CsvSchema schema = CsvSchema.infer(slip, List.of(new CsvColumn("paid", Kind.LABEL)));

            assertThat(schema.columns().get(0).kind()).isEqualTo(Kind.CATEGORICAL);
            assertThat(warnings.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .filteredOn(message -> message.contains("4o"))
                    .singleElement()
                    .asString()
                    .contains("data row 3, column \"age\": expected a number as in 2 of 3 rows")
                    .contains("found \"4o\"; so the column is read as categories");
        } finally {
            logger.detachAppender(warnings);
        }
    }

    @Test
    void classesThatRepeatOrAreTooFewAreRefused() {
        assertThatThrownBy(() -> new LabelEncoder.Classes(List.of("a", "a")))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> new LabelEncoder.Classes(List.of("a")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("found 1: [a]");
    }

    private void assertRefused(String row, String message) {
        assertThatThrownBy(() -> preprocessor.apply(table(row)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(message);
    }

    private static CsvTable table(String... rows) {
        List<String[]> values = Arrays.stream(rows).map(row -> row.split(",", -1)).toList();
        return Tables.of("table.csv", List.of("age", "id", "city", "paid"), values, Set.of("?"));
    }

    private static Preprocessor fit(CsvTable training, CsvSchema schema, LabelEncoder labels) {
        return Preprocessor.of(
                CsvStatistics.of(training, schema), schema, labels, Scaling.STANDARD);
    }
}
