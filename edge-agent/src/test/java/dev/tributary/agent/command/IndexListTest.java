package dev.tributary.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.cli.CommandException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexListTest {
    @Test
    void numbersListsAndRangesAreRead() {
        assertThat(IndexList.parse("3", 4)).containsExactly(3);
        assertThat(IndexList.parse("2, 0", 4)).containsExactly(2, 0);
        assertThat(IndexList.parse("0-2,7", 8)).containsExactly(0, 1, 2, 7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4 | expected 0 to 3, for --clients is 4",
                "0-4 | expected 0 to 3",
                "1,1 | is there twice",
                "2-1 | at least one",
                "x | a number, a list or a range",
                "-1 | a number, a list or a range",
                "1, | a number, a list or a range",
                "99999999999 | a number, a list or a range"
            })
    void otherTextIsToldWithWhatWasExpected(String text, String message) {
        assertThatThrownBy(() -> IndexList.parse(text, 4))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith("--index: ")
                .hasMessageContaining(message);
    }
}
