package dev.tributary.data.table;

import dev.tributary.data.DataFile;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Lazy;
import dev.tributary.data.Options;
import dev.tributary.data.table.CsvColumn.Kind;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * UCI Adult, also called census income (Becker and Kohavi, 1996): does a person earn more than
 * 50,000 dollars a year?
 *
 * <p>All 14 columns are features, one-hot or standardized; no row is dropped. Rows with {@code ?}
 * stay, by the rules for missing values.
 */
public final class AdultProvider implements DatasetProvider {
    private static final String OWNER = "data set \"adult\"";
    private static final String ORIGIN = "https://archive.ics.uci.edu/dataset/2/adult";
    private static final List<String> FILES = List.of("adult.data", "adult.test");
    private static final String LABEL = "income";

    private static final CsvSchema SCHEMA =
            new CsvSchema(
                    List.of(
                            new CsvColumn("age", Kind.NUMERIC),
                            new CsvColumn("workclass", Kind.CATEGORICAL),
                            new CsvColumn("fnlwgt", Kind.NUMERIC),
                            new CsvColumn("education", Kind.CATEGORICAL),
                            new CsvColumn("education-num", Kind.NUMERIC),
                            new CsvColumn("marital-status", Kind.CATEGORICAL),
                            new CsvColumn("occupation", Kind.CATEGORICAL),
                            new CsvColumn("relationship", Kind.CATEGORICAL),
                            new CsvColumn("race", Kind.CATEGORICAL),
                            new CsvColumn("sex", Kind.CATEGORICAL),
                            new CsvColumn("capital-gain", Kind.NUMERIC),
                            new CsvColumn("capital-loss", Kind.NUMERIC),
                            new CsvColumn("hours-per-week", Kind.NUMERIC),
                            new CsvColumn("native-country", Kind.CATEGORICAL),
                            new CsvColumn(LABEL, Kind.LABEL)));

    /** For the service loader. */
    public AdultProvider() {}

    @Override
    public String name() {
        return "adult";
    }

    @Override
    public String description() {
        return "UCI Adult census income, 14 columns one-hot and standardized, 2 classes; reads "
                + String.join(", ", FILES);
    }

    @Override
    public Map<String, String> options() {
        return TableOptions.linesOf(TableOptions.STATISTICS, TableOptions.SCALE);
    }

    @Override
    public DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of(OWNER, options(), options);
        List<Path> files = DataFile.find(OWNER, ORIGIN, directory, FILES);
        CsvTable train = read(files.get(0));
        LabelEncoder labels = new LabelEncoder.Classes(List.of("<=50K", ">50K"));
        TableOptions table = new TableOptions(checked, directory);
        return new CsvSource(
                table.preprocessor(train, SCHEMA, labels),
                table.scaling(),
                train,
                new Lazy<>(() -> read(files.get(1))),
                AdultProvider::readRows);
    }

    /** The test file begins with a line after {@code |}, and its labels end with a dot. */
    private static CsvTable read(Path file) {
        return CsvReader.read(file, dialect())
                .map(
                        LABEL,
                        label ->
                                label.endsWith(".")
                                        ? label.substring(0, label.length() - 1)
                                        : label);
    }

    /** Rows to be predicted, with or without their label. */
    private static CsvTable readRows(Path file) {
        return CsvReader.readLacking(file, dialect(), LABEL);
    }

    private static CsvDialect dialect() {
        List<String> columns = SCHEMA.columns().stream().map(CsvColumn::name).toList();
        return CsvDialect.standard().withColumns(columns).withComment('|');
    }
}
