package dev.tributary.data;

import dev.tributary.data.CsvColumn.Kind;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Any table in CSV files, described by options. */
public final class CsvProvider implements DatasetProvider {
    static final String STATISTICS = "statistics";
    static final String STATISTICS_LINE =
            "a file in the data directory that 'tributary statistics' wrote: read the table as all"
                    + " sites agreed, instead of fitting on the rows here";

    private static final String OWNER = "data set \"csv\"";
    private static final List<String> TASKS =
            List.of("classification", "regression", "multi-label");

    /** For the service loader. */
    public CsvProvider() {}

    @Override
    public String name() {
        return "csv";
    }

    @Override
    public String description() {
        return "your own CSV files, plain or gzip: numbers standardized, categories one-hot";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("train-file", "the training rows, a file in the data directory; required");
        options.put("test-file", "the test rows, a file in the data directory");
        options.put("label", "the column to learn; required");
        options.put(STATISTICS, STATISTICS_LINE);
        options.put("task", "classification (default), regression or multi-label");
        options.put("classes", "the label's values, in order; by default those found, sorted");
        options.put("positive", "the value of class 1, all others being class 0");
        options.put("numeric", "columns that are numbers");
        options.put("categorical", "columns that are categories");
        options.put("ignored", "columns to leave out; other columns are numeric if all numbers");
        options.put("header", "true (default): the first line names the columns");
        options.put("columns", "their names where header is false; by default c1, c2, ...");
        options.put("separator", "one character, a comma by default; \"tab\" for a tab");
        options.put("missing", "what an unknown value reads besides nothing; ? by default");
        return options;
    }

    @Override
    public DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of(OWNER, options(), options);
        CsvDialect dialect = dialect(checked);
        CsvTable train = CsvReader.read(file(directory, checked, "train-file"), dialect);
        CsvSchema schema = CsvSchema.infer(train, described(checked));
        LabelEncoder labels = labels(checked, train, schema.label());
        Preprocessor preprocessor = preprocessor(directory, checked, OWNER, train, schema, labels);
        return new CsvSource(
                preprocessor,
                train,
                testTable(directory, checked, dialect),
                file -> CsvReader.read(file, dialect));
    }

    /** As the sites agreed, if they did, else fitted on the training rows. */
    static Preprocessor preprocessor(
            @Nullable Path directory,
            Options options,
            String owner,
            CsvTable train,
            CsvSchema schema,
            LabelEncoder labels) {
        if (options.text(STATISTICS).isEmpty()) {
            return Preprocessor.fit(train, schema, labels);
        }
        return StatisticsFile.read(file(directory, options, STATISTICS, owner))
                .preprocessor(schema, labels);
    }

    private static Supplier<CsvTable> testTable(
            @Nullable Path directory, Options options, CsvDialect dialect) {
        if (options.text("test-file").isEmpty()) {
            return () -> {
                throw new DataException(OWNER + ": expected option \"test-file\", found none");
            };
        }
        Path file = file(directory, options, "test-file");
        return new Lazy<>(() -> CsvReader.read(file, dialect));
    }

    /** A file of the directory, never outside of it: options may come from another machine. */
    private static Path file(@Nullable Path directory, Options options, String option) {
        return file(directory, options, option, OWNER);
    }

    private static Path file(
            @Nullable Path directory, Options options, String option, String owner) {
        String name = options.required(option);
        if (directory == null) {
            throw new DataException(
                    owner + ": expected a directory that holds " + name + ", found none given");
        }
        Path root = directory.toAbsolutePath().normalize();
        Path file = root.resolve(name).normalize();
        if (!file.startsWith(root)) {
            throw options.wrong(option, "a file inside " + directory, name);
        }
        return file;
    }

    private static CsvDialect dialect(Options options) {
        String separator = options.text("separator").orElse(",").replaceFirst("^tab$", "\t");
        if (separator.length() != 1) {
            throw options.wrong("separator", "one character or \"tab\"", separator);
        }
        Set<String> missing =
                options.text("missing").isPresent()
                        ? new LinkedHashSet<>(options.list("missing"))
                        : Set.of("?");
        boolean header = options.flag("header", true);
        return new CsvDialect(separator.charAt(0), header, options.list("columns"), missing, null);
    }

    private static List<CsvColumn> described(Options options) {
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
                                    .formatted(OWNER)
                            + " found "
                            + columns);
        }
        return columns;
    }

    private static LabelEncoder labels(Options options, CsvTable train, String label) {
        List<String> classes = options.list("classes");
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
                    OWNER + ": expected one of classes, positive and another task, found more");
        }
        if (regression) {
            return new LabelEncoder.Target();
        }
        if (!positive.isEmpty()) {
            return new LabelEncoder.Positive(positive);
        }
        List<String> found = ColumnEncoder.distinct(train, train.columnIndex(label));
        if (sets) {
            List<String> names =
                    found.stream()
                            .flatMap(value -> LabelEncoder.LabelSet.split(value).stream())
                            .distinct()
                            .sorted()
                            .toList();
            return new LabelEncoder.LabelSet(classes.isEmpty() ? names : classes);
        }
        return new LabelEncoder.Classes(classes.isEmpty() ? found : classes);
    }
}
