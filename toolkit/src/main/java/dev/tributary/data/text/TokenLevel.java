package dev.tributary.data.text;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a text is cut into. */
enum TokenLevel {
    /** Unicode characters, as they are. */
    CHARACTERS {
        @Override
        List<String> tokens(String text) {
            return text.codePoints().mapToObj(Character::toString).toList();
        }
    },
    /** Words in lower case; each punctuation mark is one of its own. */
    WORDS {
        @Override
        List<String> tokens(String text) {
            return WORD.matcher(text.toLowerCase(Locale.ROOT))
                    .results()
                    .map(MatchResult::group)
                    .toList();
        }
    };

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}']++|[^\\s\\p{L}\\p{N}']");

    abstract List<String> tokens(String text);
}
