package dev.tributary.cli.chart;

import com.google.errorprone.annotations.FormatMethod;

import dev.tributary.cli.Format;

import java.util.Locale;

/** Writes the few SVG elements that a chart needs. Texts are escaped. Not thread-safe. */
final class SvgWriter {
    private static final String STYLE =
            """
            <style>
            text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; \
            font-size: 12px; fill: #57606a; }
            .title { font-size: 17px; font-weight: 600; fill: #1f2328; }
            .subtitle { font-size: 12.5px; }
            .axis { font-size: 13px; font-weight: 600; fill: #1f2328; }
            .value { font-size: 12.5px; font-weight: 600; }
            .legend { fill: #1f2328; }
            .middle { text-anchor: middle; }
            .end { text-anchor: end; }
            .grid { stroke: #e7eaee; }
            .base, .mark { stroke: #8c959f; }
            .curve { stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; fill: none; }
            .leader { stroke-width: 0.8; }
            .dot { stroke: #ffffff; stroke-width: 1; }
            </style>
            """;

    private final StringBuilder text = new StringBuilder();

    SvgWriter(int width, int height) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                        + " viewBox=\"0 0 %d %d\" role=\"img\">",
                width, height, width, height);
        text.append(STYLE);
        add(
                "<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#ffffff\""
                        + " stroke=\"#d8dee4\"/>",
                width - 1, height - 1);
    }

    void text(String style, double x, double y, String content) {
        if (!content.isEmpty()) {
            add(
                    "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>",
                    style, number(x), number(y), Format.escaped(content));
        }
    }

    /** A text in a curve's color. */
    void value(String color, double x, double y, String content) {
        add(
                "<text class=\"value\" style=\"fill: %s\" x=\"%s\" y=\"%s\">%s</text>",
                color, number(x), number(y), Format.escaped(content));
    }

    void line(String style, double x1, double y1, double x2, double y2) {
        add(
                "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>",
                style, number(x1), number(y1), number(x2), number(y2));
    }

    /** A sample of a curve. */
    void line(String style, Pen pen, double x1, double y1, double x2, double y2) {
        add(
                "<line class=\"%s\" stroke=\"%s\"%s x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>",
                style, pen.color(), dashes(pen), number(x1), number(y1), number(x2), number(y2));
    }

    /** A line in a curve's color. */
    void line(String style, String color, double x1, double y1, double x2, double y2) {
        add(
                "<line class=\"%s\" stroke=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>",
                style, color, number(x1), number(y1), number(x2), number(y2));
    }

    /** A curve; its name shows when it is pointed at. */
    void path(Pen pen, String data, String name) {
        add(
                "<path class=\"curve\" stroke=\"%s\"%s d=\"%s\"><title>%s</title></path>",
                pen.color(), dashes(pen), data, Format.escaped(name));
    }

    void dot(String color, double x, double y, double radius) {
        add(
                "<circle class=\"dot\" fill=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>",
                color, number(x), number(y), number(radius));
    }

    /** A filled rectangle; what it is shows when it is pointed at. */
    void bar(String color, double x, double y, double width, double height, String name) {
        add(
                "<rect fill=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\""
                        + " height=\"%s\"><title>%s</title></rect>",
                color, number(x), number(y), number(width), number(height), Format.escaped(name));
    }

    String finish() {
        return text.append("</svg>\n").toString();
    }

    private static String dashes(Pen pen) {
        return pen.dashes().isEmpty() ? "" : " stroke-dasharray=\"" + pen.dashes() + "\"";
    }

    /** A coordinate with a tenth of a pixel. */
    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    @FormatMethod
    private void add(String pattern, Object... values) {
        text.append(String.format(Locale.ROOT, pattern, values)).append('\n');
    }
}
