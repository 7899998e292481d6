package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EarlyOptionsTest {

    @Test
    void byDefaultThereIsNeitherDebugNorLogFile() {
        assertThat(EarlyOptions.of("server", "--port", "0"))
                .isEqualTo(new EarlyOptions(false, null, null));
    }

    @Test
    void bothAreFoundAnywhereInBothSpellings() {
        EarlyOptions expected = new EarlyOptions(true, "a.log", "jars");
        assertThat(EarlyOptions.of("--debug", "server", "--log-file", "a.log", "--plugins=jars"))
                .isEqualTo(expected);
        assertThat(EarlyOptions.of("server", "--log-file=a.log", "--plugins", "jars", "--debug"))
                .isEqualTo(expected);
    }

    @Test
    void whatFollowsTheEndOfOptionsIsNone() {
        assertThat(EarlyOptions.of("evaluate", "--", "--debug", "--log-file=a.log"))
                .isEqualTo(new EarlyOptions(false, null, null));
    }

    @Test
    void logFileWithoutANameIsLeftToTheParser() {
        assertThat(EarlyOptions.of("server", "--log-file"))
                .isEqualTo(new EarlyOptions(false, null, null));
    }
}
