package dev.tributary.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class TextsTest {

    @ParameterizedTest
    @CsvSource({"rouns, rounds", "ruonds, rounds", "batch_size, batch-size", "sed, seed"})
    void mistypedWordFindsTheOneMeant(String word, String meant) {
        assertThat(Texts.nearest(word, List.of("seed", "batch-size", "rounds", "device")))
                .contains(meant);
    }

    @Test
    void farWordFindsNone() {
        assertThat(Texts.nearest("bananas", List.of("seed", "rounds"))).isEmpty();
        assertThat(Texts.nearest("x".repeat(65), List.of("x".repeat(65)))).isEmpty();
        assertThat(Texts.nearest("seed", List.of())).isEmpty();
    }

    @Test
    void quotedTextIsCutAndHarmless() {
        assertThat(Texts.quote("a".repeat(61))).isEqualTo('"' + "a".repeat(60) + "...\"");
        assertThat(Texts.quote("\u001b\u202e\ud800\u2028"))
                .isEqualTo("\"\\u001b\\u202e\\ud800\\u2028\"");
        assertThat(Texts.quote("\ud83d\ude00")).isEqualTo("\"\ud83d\ude00\"");
    }
}
