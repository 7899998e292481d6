package dev.tributary.data.table;

import dev.tributary.data.BadExamples;
import dev.tributary.data.DataFile;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Options;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Any table in CSV files, described by options. */
public final class CsvProvider implements DatasetProvider {
    private static final String OWNER = "data set \"csv\"";
    private static final String TRAIN_FILE = "train-file";
    private static final String TEST_FILE = "test-file";

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
        options.put(TRAIN_FILE, "the training rows, a file in the data directory; required");
        options.put(TEST_FILE, "the test rows, a file in the data directory");
        options.putAll(TableOptions.lines());
        options.put("header", "true (default): the first line names the columns");
        options.put("columns", "their names where header is false; by default c1, c2, ...");
        options.put("separator", "one character, a comma by default; \"tab\" for a tab");
        return options;
    }

    @Override
    public DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of(OWNER, options(), options);
        TableOptions table = new TableOptions(checked, directory);
        CsvDialect dialect = dialect(checked, table);
        return table.open(
                bad -> read(directory, checked, TRAIN_FILE, dialect, bad),
                bad -> read(directory, checked, TEST_FILE, dialect, bad),
                file -> CsvReader.readLacking(file, dialect, checked.required("label")));
    }

    private static CsvTable read(
            @Nullable Path directory,
            Options options,
            String option,
            CsvDialect dialect,
            BadExamples bad) {
        return CsvReader.read(DataFile.inside(directory, options, option), dialect, bad);
    }

    private static CsvDialect dialect(Options options, TableOptions table) {
        String separator = options.text("separator").orElse(",").replaceFirst("^tab$", "\t");
        if (separator.length() != 1) {
            throw options.wrong("separator", "one character or \"tab\"", separator);
        }
        boolean header = options.flag("header", true);
        return new CsvDialect(
                separator.charAt(0), header, options.list("columns"), table.missing(), null);
    }
}
