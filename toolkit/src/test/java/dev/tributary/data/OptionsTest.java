package dev.tributary.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

final class OptionsTest {
    private static final Map<String, String> KNOWN =
            Map.of("count", "how many", "share", "how much", "names", "who", "fast", "or slow");

    @Test
    void whatIsNotGivenFallsBack() {
        Options options = given(Map.of());
        assertThat(options.wholeNumber("count", 3, 1, 9)).isEqualTo(3);
        assertThat(options.number("share", 0.5, 0, 1)).isEqualTo(0.5);
        assertThat(options.flag("fast", true)).isTrue();
        assertThat(options.choice("fast", "b", List.of("a", "b"))).isEqualTo("b");
        assertThat(options.list("names")).isEmpty();
        assertThat(options.text("names")).isEmpty();
    }

    @Test
    void whatIsGivenIsRead() {
        Options options =
                given(Map.of("count", " 9", "share", "1e-1", "names", "a, b ,c", "fast", "false"));
        assertThat(options.wholeNumber("count", 3, 1, 9)).isEqualTo(9);
        assertThat(options.number("share", 0.5, 0, 1)).isEqualTo(0.1);
        assertThat(options.flag("fast", true)).isFalse();
        assertThat(options.list("names")).containsExactly("a", "b", "c");
        assertThat(options.required("names")).isEqualTo("a, b ,c");
    }

    @Test
    void allUnknownNamesAreToldWithTheKnownOnes() {
        assertThatThrownBy(() -> given(Map.of("cuont", "1", "zeal", "2", "fast", "true")))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "thing: expected options among [count, fast, names, share], found unknown"
                                + " [cuont, zeal]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "10", "1.5", "", "one", "99999999999"})
    void wrongWholeNumberIsNamed(String value) {
        assertThatThrownBy(() -> given(Map.of("count", value)).wholeNumber("count", 3, 1, 9))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "thing: option \"count\": expected a whole number in [1, 9], found \""
                                + value
                                + '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.1", "1.1", "NaN", "Infinity", "", "much"})
    void wrongNumberIsNamed(String value) {
        assertThatThrownBy(() -> given(Map.of("share", value)).number("share", 0.5, 0, 1))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected a number in [0.0, 1.0], found \"" + value);
    }

    @Test
    void wrongFlagAndMissingRequiredValueAreNamed() {
        assertThatThrownBy(() -> given(Map.of("fast", "yes")).flag("fast", true))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected one of [true, false], found \"yes\"");
        assertThatThrownBy(() -> given(Map.of("names", " ")).required("names"))
                .isInstanceOf(DataException.class)
                .hasMessage("thing: expected option \"names\" (who), found none");
    }

    @Test
    void undeclaredOptionIsAnErrorOfTheProgram() {
        assertThatThrownBy(() -> given(Map.of()).text("other"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Options given(Map<String, String> given) {
        return Options.of("thing", KNOWN, given);
    }
}
