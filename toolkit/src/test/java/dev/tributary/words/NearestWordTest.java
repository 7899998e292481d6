package dev.tributary.words;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class NearestWordTest {
    @ParameterizedTest
    @CsvSource({"rouns, rounds", "ruonds, rounds", "batch_size, batch-size", "sed, seed"})
    void mistypedWordFindsTheOneMeant(String word, String meant) {
        assertThat(NearestWord.of(word, List.of("seed", "batch-size", "rounds", "device")))
                .contains(meant);
    }

    @Test
    void farWordFindsNone() {
        assertThat(NearestWord.of("bananas", List.of("seed", "rounds"))).isEmpty();
        assertThat(NearestWord.of("x".repeat(65), List.of("x".repeat(65)))).isEmpty();
        assertThat(NearestWord.of("seed", List.of())).isEmpty();
        assertThat(NearestWord.of("c", List.of("a", "b"))).isEmpty();
        assertThat(NearestWord.of("", List.of("a"))).isEmpty();
    }
}
