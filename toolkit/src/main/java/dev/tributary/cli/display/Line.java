package dev.tributary.cli.display;

import dev.tributary.cli.Format;
import dev.tributary.cli.Terminal;

/**
 * Builds one line of a display: text in tones, cut at the terminal's width.
 *
 * <p>Only visible characters count for the width; control characters are replaced. Not thread-safe.
 */
final class Line {
    /** What a piece of text is, which a color may show. */
    enum Tone {
        PLAIN(""),
        STRONG("1"),
        FAINT("2"),
        GOOD("32"),
        WARNING("33"),
        BAD("31"),
        BUSY("36");

        private final String code;

        Tone(String code) {
            this.code = code;
        }
    }

    private final StringBuilder text = new StringBuilder();
    private final boolean color;
    private int room;

    Line(Terminal terminal) {
        color = terminal.color();
        room = terminal.width();
    }

    /** Appends as much as fits. */
    Line add(Tone tone, String piece) {
        String printable = Format.printable(piece);
        int length = printable.codePointCount(0, printable.length());
        String fitting =
                length <= room
                        ? printable
                        : printable.substring(0, printable.offsetByCodePoints(0, room));
        room -= Math.min(room, length);
        if (color && tone != Tone.PLAIN && !fitting.isBlank()) {
            text.append("\u001b[").append(tone.code).append('m');
            text.append(fitting).append("\u001b[0m");
        } else {
            text.append(fitting);
        }
        return this;
    }

    Line add(String piece) {
        return add(Tone.PLAIN, piece);
    }

    /** Appends text in a column of at least that width. */
    Line add(Tone tone, String piece, int width) {
        return add(tone, piece).add(" ".repeat(Math.max(0, width - piece.length())));
    }

    /** Appends text at the right of a column of at least that width. */
    Line addRight(Tone tone, String piece, int width) {
        return add(" ".repeat(Math.max(0, width - piece.length()))).add(tone, piece);
    }

    @Override
    public String toString() {
        return text.toString().stripTrailing();
    }
}
