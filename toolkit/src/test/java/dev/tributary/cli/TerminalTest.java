package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Properties;

class TerminalTest {

    @Test
    void launcherKnowsBetterThanTheConsole() {
        Properties told = new Properties();
        told.setProperty("tributary.terminal", "false");
        assertThat(Terminal.of(told, Map.of(), true).interactive()).isFalse();

        told.setProperty("tributary.terminal", "true");
        told.setProperty("tributary.columns", "132");
        told.setProperty("tributary.rows", "50");
        Terminal terminal = Terminal.of(told, Map.of("COLUMNS", "90"), false);
        assertThat(terminal.interactive()).isTrue();
        assertThat(terminal.width()).isEqualTo(132);
        assertThat(terminal.height()).isEqualTo(50);
    }

    @Test
    void withoutTheLauncherTheConsoleDecides() {
        Terminal terminal = Terminal.of(new Properties(), Map.of("COLUMNS", "90"), true);
        assertThat(terminal.interactive()).isTrue();
        assertThat(terminal.width()).isEqualTo(90);
        assertThat(terminal.height()).isEqualTo(24);
    }

    @Test
    void noColorIsRespected() {
        assertThat(Terminal.of(new Properties(), Map.of(), true).color()).isTrue();
        assertThat(Terminal.of(new Properties(), Map.of("NO_COLOR", ""), true).color()).isTrue();
        Terminal plain = Terminal.of(new Properties(), Map.of("NO_COLOR", "1"), true);
        assertThat(plain.color()).isFalse();
        assertThat(plain.interactive()).isTrue();
    }

    @Test
    void dumbTerminalIsNotInteractive() {
        assertThat(Terminal.of(new Properties(), Map.of("TERM", "dumb"), true).interactive())
                .isFalse();
    }

    @Test
    void sizesThatAreNoneAreReplaced() {
        Properties told = new Properties();
        told.setProperty("tributary.columns", "");
        told.setProperty("tributary.rows", "-3");
        Terminal terminal = Terminal.of(told, Map.of("COLUMNS", "wide"), true);
        assertThat(terminal.width()).isEqualTo(80);
        assertThat(terminal.height()).isEqualTo(24);
        assertThat(new Terminal(true, true, true, 3, 2))
                .isEqualTo(new Terminal(true, true, true, 40, 10));
    }

    @Test
    void onlyUnicodeEncodingsTakeUnicode() {
        Properties told = new Properties();
        told.setProperty("stdout.encoding", "UTF-8");
        assertThat(Terminal.of(told, Map.of(), true).unicode()).isTrue();
        told.setProperty("stdout.encoding", "ANSI_X3.4-1968");
        assertThat(Terminal.of(told, Map.of(), true).unicode()).isFalse();
    }
}
