package dev.tributary.data.table;

import static java.util.Locale.ROOT;

import dev.tributary.data.BadExamples;
import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Lazy;
import dev.tributary.data.Options;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.table.CsvColumn.Kind;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What the options of a data set say of a table, whatever it is read from.
 *
 * @param options checked
 * @param directory where files are that options name; null if none was given
 */
record TableOptions(Options options, @Nullable Path directory) {
    static final String STATISTICS = TableStatistics.OPTION;
    static final String STATISTICS_LINE =
            "a file in the data directory that 'tributary statistics' wrote: read the table as all"
                + " sites agreed, instead of fitting on the rows here; \"gathered\": as the server"
                + " gathers them from the sites before the first round";

    static final String SCALE = "scale";
    private static final String CLASSES = "classes";
    private static final List<String> TASKS =
            List.of("classification", "regression", "multi-label");

    /** The options that every table takes, each with a line that says what it means. */
    static Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("label", "the column to learn; required");
        lines.put(STATISTICS, STATISTICS_LINE);
        lines.put("task", "classification (default), regression or multi-label");
        lines.put(CLASSES, "the label's values, in order; by default those found, sorted");
        lines.put("positive", "the value of class 1, all others being class 0");
        lines.put("numeric", "columns that are numbers");
        lines.put("categorical", "columns that are categories");
        lines.put("ignored", "columns to leave out; other columns are numeric if all numbers");
        lines.put(
                SCALE,
                "numbers: standard (default; by mean and deviation), range (by least and greatest)"
                        + " or robust (by median and quartiles)");
        lines.put("missing", "what an unknown value reads besides nothing; ? by default");
        lines.put(BadExamples.OPTION, BadExamples.LINE);
        return lines;
    }

    /** Some of these, for a table of which the rest is known. */
    static Map<String, String> linesOf(String... names) {
        Map<String, String> lines = new LinkedHashMap<>(lines());
        lines.keySet().retainAll(List.of(names));
        return lines;
    }

    /** The words for an unknown value. */
    Set<String> missing() {
        return options.text("missing").isPresent()
                ? new LinkedHashSet<>(options.list("missing"))
                : Set.of("?");
    }

    /**
     * The data set of two tables, the test table being read when it is asked for.
     *
     * @param train reads the training rows
     * @param test reads the test rows
     * @param other reads another file with the same columns
     * @throws DataException if the training rows cannot be read as the options say
     */
    DatasetSource open(
            Function<BadExamples, CsvTable> train,
            Function<BadExamples, CsvTable> test,
            Function<Path, CsvTable> other) {
        BadExamples bad = BadExamples.of(options);
        CsvTable read = train.apply(bad);
        CsvSchema schema = CsvSchema.infer(read, described());
        LabelEncoder labels = labels(read, schema.label());
        CsvTable fitting = read.without(bad, (table, row) -> fit(schema, labels, table, row));
        Preprocessor preprocessor = preprocessor(fitting, schema, labels);
        CsvTable good = fitting.without(bad, preprocessor::check);
        bad.report(good.source(), "row", good.rowCount());
        return new CsvSource(
                preprocessor, scaling(), good, new Lazy<>(() -> test(test, preprocessor)), other);
    }

    /** As the sites agreed, if they did, else fitted on the training rows. */
    Preprocessor preprocessor(CsvTable train, CsvSchema schema, LabelEncoder labels) {
        boolean own =
                List.of("", TableStatistics.GATHERED).contains(options.text(STATISTICS).orElse(""));
        TableStatistics known =
                own
                        ? CsvStatistics.of(train, schema)
                        : StatisticsFile.read(DataFile.inside(directory, options, STATISTICS));
        return Preprocessor.of(known, schema, labels, scaling());
    }

    Scaling scaling() {
        List<String> names =
                Arrays.stream(Scaling.values())
                        .map(value -> value.name().toLowerCase(ROOT))
                        .toList();
        return Scaling.valueOf(options.choice(SCALE, "standard", names).toUpperCase(ROOT));
    }

    private CsvTable test(Function<BadExamples, CsvTable> reader, Preprocessor preprocessor) {
        BadExamples bad = BadExamples.of(options);
        CsvTable good = reader.apply(bad).without(bad, preprocessor::check);
        bad.report(good.source(), "row", good.rowCount());
        return good;
    }

    /** What fitting needs of a row: numbers where numbers belong, and a label. */
    private static void fit(CsvSchema schema, LabelEncoder labels, CsvTable table, int row) {
        for (CsvColumn column : schema.features()) {
            int index = table.columnIndex(column.name());
            if (column.kind() == Kind.NUMERIC && !table.isMissing(row, index)) {
                double unused = Numbers.at(table, row, index);
            }
        }
        float unused = labels.encode(table, row, table.columnIndex(schema.label()));
    }

    private List<CsvColumn> described() {
        List<CsvColumn> columns = new ArrayList<>();
        columns.add(new CsvColumn(options.required("label"), Kind.LABEL));
        options.list("numeric").forEach(name -> columns.add(new CsvColumn(name, Kind.NUMERIC)));
        options.list("categorical")
                .forEach(name -> columns.add(new CsvColumn(name, Kind.CATEGORICAL)));
        options.list("ignored").forEach(name -> columns.add(new CsvColumn(name, Kind.IGNORED)));
        long distinct = columns.stream().map(CsvColumn::name).distinct().count();
        if (distinct < columns.size()) {
            throw new DataException(
                    "%s: expected each column once among label, numeric, categorical and ignored,"
                                    .formatted(options.owner())
                            + " found "
                            + columns);
        }
        return columns;
    }

    private LabelEncoder labels(CsvTable train, String label) {
        List<String> classes = options.list(CLASSES);
        String positive = options.text("positive").orElse("");
        String task = options.choice("task", "classification", TASKS);
        boolean regression = task.equals("regression");
        boolean sets = task.equals("multi-label");
        int answers =
                (regression || sets ? 1 : 0)
                        + (classes.isEmpty() || sets ? 0 : 1)
                        + (positive.isEmpty() ? 0 : 1);
        if (answers > 1) {
            throw new DataException(
                    options.owner()
                            + ": expected one of classes, positive and another task, found more");
        }
        if (regression) {
            return new LabelEncoder.Target();
        }
        if (!positive.isEmpty()) {
            return new LabelEncoder.Positive(positive);
        }
        if (sets) {
            return classes.isEmpty()
                    ? LabelEncoder.LabelSet.of(distinct(train, label))
                    : new LabelEncoder.LabelSet(classes);
        }
        return new LabelEncoder.Classes(classes.isEmpty() ? found(train, label) : classes);
    }

    /** One site may have one class; how many there are, it cannot know. */
    private static List<String> distinct(CsvTable train, String label) {
        return ColumnEncoder.distinct(train, train.columnIndex(label));
    }

    private static List<String> found(CsvTable train, String label) {
        List<String> found = distinct(train, label);
        if (found.size() < 2) {
            throw new DataException(
                    "%s, column \"%s\": expected at least two classes, found %s; where a site has one, the option \"%s\" names all"
                            .formatted(train.source(), label, found, CLASSES));
        }
        return found;
    }
}
