package dev.tributary.data.text;

import dev.tributary.data.BadExamples;
import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Lazy;
import dev.tributary.data.Options;
import dev.tributary.data.text.LineFile.Line;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Any texts, one a line: what comes next, or to which class each belongs. */
public final class TextProvider implements DatasetProvider {
    private static final String OWNER = "data set \"text\"";
    private static final String TRAIN_FILE = "train-file";
    private static final String TEST_FILE = "test-file";
    private static final String TASK = "task";
    private static final String TOKENS = "tokens";
    private static final String LENGTH = "length";
    private static final String STRIDE = "stride";
    private static final String VOCABULARY = "vocabulary";
    private static final String VOCABULARY_SIZE = "vocabulary-size";
    private static final String CLASSES = "classes";

    /** For the service loader. */
    public TextProvider() {}

    @Override
    public String name() {
        return "text";
    }

    @Override
    public String description() {
        return "your own texts, one a line, UTF-8, plain or gzip, as numbers of characters or"
                + " words";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(TRAIN_FILE, "the training lines, a file in the data directory; required");
        options.put(TEST_FILE, "the test lines, a file in the data directory");
        options.put(
                TASK,
                "next (default): the token that follows those before it; classify: lines are"
                        + " <class><tab><text>");
        options.put(TOKENS, "characters (default) or words");
        options.put(LENGTH, "tokens of an example, 80 by default");
        options.put(STRIDE, "next: how many tokens further the next example is, 1 by default");
        options.put(
                VOCABULARY,
                "a file in the data directory with one token a line, the same at all sites; by"
                        + " default printable ASCII, or the words of the training lines");
        options.put(
                VOCABULARY_SIZE, "how many of those words, the most frequent; 10000 by default");
        options.put(CLASSES, "classify: their names, in order; by default those found, sorted");
        options.put(
                TextSource.GROUP,
                "true: lines begin with <group><tab>, which is a column for the natural partition");
        options.put(BadExamples.OPTION, BadExamples.LINE);
        return options;
    }

    @Override
    public DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of(OWNER, options(), options);
        boolean classify =
                checked.choice(TASK, "next", List.of("next", "classify")).equals("classify");
        boolean grouped = checked.flag(TextSource.GROUP, false);
        TokenLevel level =
                checked.choice(TOKENS, "characters", List.of("characters", "words")).equals("words")
                        ? TokenLevel.WORDS
                        : TokenLevel.CHARACTERS;
        LineFile file = file(directory, checked, TRAIN_FILE);
        List<Line> train = file.read(BadExamples.of(checked));
        Vocabulary vocabulary = vocabulary(directory, checked, level, train);
        List<String> classes = classify ? classes(checked, file.path(), train) : List.of();
        Examples examples = new Examples(checked, level, vocabulary, classes);
        return new TextSource(
                examples.length(),
                classify ? classes.size() : vocabulary.size(),
                grouped,
                examples.of(file.path(), train),
                new Lazy<>(
                        () -> {
                            LineFile test = file(directory, checked, TEST_FILE);
                            return examples.of(test.path(), test.read(BadExamples.of(checked)));
                        }));
    }

    /** How lines become examples. */
    private record Examples(
            Options options, TokenLevel level, Vocabulary vocabulary, List<String> classes) {
        int length() {
            return options.wholeNumber(LENGTH, 80, 1, 100_000);
        }

        TextPart of(Path source, List<Line> lines) {
            TextPart part =
                    classes.isEmpty()
                            ? new NextTokens(
                                    lines,
                                    level,
                                    vocabulary,
                                    length(),
                                    options.wholeNumber(STRIDE, 1, 1, 1_000_000))
                            : new ClassifiedTexts(
                                    known(source, lines), level, vocabulary, length(), classes);
            if (part.exampleCount() == 0) {
                throw new DataException(
                        source + ": expected a text of at least two tokens, found none");
            }
            return part;
        }

        private List<Line> known(Path source, List<Line> lines) {
            BadExamples bad = BadExamples.of(options);
            List<Line> known = new ArrayList<>();
            for (Line line : lines) {
                if (classes.contains(line.label())) {
                    known.add(line);
                } else {
                    bad.add(
                            new DataException(
                                    "%s, line %d: expected a class among %s, found \"%s\""
                                            .formatted(
                                                    source, line.number(), classes, line.label())));
                }
            }
            bad.report(source.toString(), "line", known.size());
            return known;
        }
    }

    private static LineFile file(@Nullable Path directory, Options options, String option) {
        return new LineFile(
                DataFile.inside(directory, options, option),
                options.flag(TextSource.GROUP, false),
                options.text(TASK).orElse("").equals("classify"));
    }

    private static Vocabulary vocabulary(
            @Nullable Path directory, Options options, TokenLevel level, List<Line> lines) {
        if (options.text(VOCABULARY).isPresent()) {
            return Vocabulary.read(DataFile.inside(directory, options, VOCABULARY));
        }
        return level == TokenLevel.CHARACTERS
                ? Vocabulary.ascii()
                : Vocabulary.ofFrequent(
                        lines.stream().map(line -> level.tokens(line.text())).toList(),
                        options.wholeNumber(VOCABULARY_SIZE, 10_000, 1, 1_000_000));
    }

    private static List<String> classes(Options options, Path source, List<Line> lines) {
        List<String> classes = options.list(CLASSES);
        if (classes.isEmpty()) {
            classes = List.copyOf(new TreeSet<>(lines.stream().map(Line::label).toList()));
        }
        if (classes.size() < 2) {
            throw new DataException(
                    "%s: expected at least two classes, found %s; where a site has one, the option \"%s\" names all"
                            .formatted(source, classes, CLASSES));
        }
        return classes;
    }
}
