package dev.tributary.data.table;

import dev.tributary.data.DataFile;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Options;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The rows of any database that has a JDBC driver, described by options. */
public final class SqlProvider implements DatasetProvider {
    private static final String OWNER = "data set \"sql\"";
    private static final String DATABASE = "database";

    /** For the service loader. */
    public SqlProvider() {}

    @Override
    public String name() {
        return "sql";
    }

    @Override
    public String description() {
        return "your own database, by JDBC: numbers standardized, categories one-hot; the driver's"
                + " jar comes by --plugins";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(
                DATABASE,
                "a properties file in the data directory with the keys url, train and test (queries"
                        + " for the training and test rows), user and password; required");
        options.putAll(TableOptions.lines());
        return options;
    }

    @Override
    public DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of(OWNER, options(), options);
        TableOptions table = new TableOptions(checked, directory);
        SqlDatabase database = SqlDatabase.read(DataFile.inside(directory, checked, DATABASE));
        return table.open(
                bad -> database.rows("train", table.missing(), bad),
                bad -> database.rows("test", table.missing(), bad),
                file -> CsvReader.read(file, CsvDialect.standard()));
    }
}
