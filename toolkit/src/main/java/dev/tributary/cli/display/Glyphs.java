package dev.tributary.cli.display;

import dev.tributary.cli.Terminal;

import java.util.List;

/**
 * The drawings of a display, in Unicode or in ASCII.
 *
 * @param full a filled cell of a bar
 * @param empty an empty cell of a bar
 * @param up bytes to the server
 * @param down bytes from the server
 * @param separator between the parts of a title
 * @param heights the cells of a spark line, lowest first; none where it cannot be drawn
 */
record Glyphs(String full, String empty, String up, String down, String separator, String heights) {
    private static final Glyphs UNICODE = new Glyphs("█", "░", "↑", "↓", " · ", "▁▂▃▄▅▆▇█");
    private static final Glyphs ASCII = new Glyphs("#", ".", "up", "down", ", ", "");

    static Glyphs of(Terminal terminal) {
        return terminal.unicode() ? UNICODE : ASCII;
    }

    /** The filled part of a bar; only a whole one looks whole. */
    String filled(double fraction, int width) {
        return full.repeat(cells(fraction, width));
    }

    /** The rest of the same bar. */
    String rest(double fraction, int width) {
        return empty.repeat(width - cells(fraction, width));
    }

    private static int cells(double fraction, int width) {
        double bounded = Math.max(0, Math.min(1, fraction));
        return (int) Math.floor(bounded * width + 1e-9);
    }

    /** The last values as one cell each, the lowest among them at the bottom. */
    String spark(List<Double> values, int width) {
        if (heights.isEmpty()) {
            return "";
        }
        List<Double> last = values.subList(Math.max(0, values.size() - width), values.size());
        double min = last.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double max = last.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        StringBuilder line = new StringBuilder();
        for (double value : last) {
            double height = max > min ? (value - min) / (max - min) : 0.5;
            line.append(heights.charAt((int) Math.round(height * (heights.length() - 1))));
        }
        return line.toString();
    }
}
