package dev.tributary.data.text;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The numbers of tokens, from 1; 0 is any other token. Immutable and thread-safe.
 *
 * @param numbers by token; not copied
 */
record Vocabulary(Map<String, Integer> numbers) {
    private static final int MAX_TOKENS = 1_000_000;

    /** The printable characters of ASCII: the same at every site without any exchange. */
    static Vocabulary ascii() {
        return of(IntStream.rangeClosed(' ', '~').mapToObj(Character::toString).toList(), "ASCII");
    }

    /**
     * One token a line.
     *
     * @throws DataException if the file cannot be read, or has a token twice
     */
    static Vocabulary read(Path path) {
        try {
            return of(LineFile.lines(path), path.toString());
        } catch (IOException e) {
            throw DataFile.unreadable(path, e);
        }
    }

    /** The most frequent tokens of texts; of two that are equally frequent, the first by name. */
    static Vocabulary ofFrequent(Collection<List<String>> texts, int size) {
        Map<String, Integer> counts = new HashMap<>();
        texts.forEach(text -> text.forEach(token -> counts.merge(token, 1, Integer::sum)));
        List<String> tokens =
                counts.entrySet().stream()
                        .sorted(
                                Map.Entry.<String, Integer>comparingByValue(
                                                Comparator.reverseOrder())
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .limit(size)
                        .map(Map.Entry::getKey)
                        .toList();
        return of(tokens, "the training texts");
    }

    /** How many numbers there are, 0 included. */
    int size() {
        return numbers.size() + 1;
    }

    int[] numbers(List<String> tokens) {
        return tokens.stream().mapToInt(token -> numbers.getOrDefault(token, 0)).toArray();
    }

    private static Vocabulary of(List<String> tokens, String source) {
        if (tokens.isEmpty() || tokens.size() > MAX_TOKENS) {
            throw new DataException(
                    "%s: expected 1 to %,d tokens, found %,d"
                            .formatted(source, MAX_TOKENS, tokens.size()));
        }
        Map<String, Integer> numbers = new HashMap<>();
        for (String token : tokens) {
            if (numbers.putIfAbsent(token, numbers.size() + 1) != null) {
                throw new DataException(
                        "%s: expected each token once, found \"%s\" twice"
                                .formatted(source, token));
            }
        }
        return new Vocabulary(numbers);
    }
}
