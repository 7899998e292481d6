package dev.tributary.cli.chart;

import dev.tributary.cli.Format;

import java.util.List;
import java.util.Locale;

/**
 * A bar for each of several things, made of parts that are told apart by color: who has how much of
 * what. Values, and their drawing as a standalone SVG file.
 *
 * @param title the heading
 * @param subtitle one line below the heading; may be empty
 * @param parts the names of the parts, the same for all bars; copied
 * @param bars from top to bottom; copied
 */
public record StackedBars(String title, String subtitle, List<String> parts, List<Bar> bars) {
    private static final int WIDTH = 760;
    private static final int LEFT = 96;
    private static final int RIGHT = WIDTH - 76;
    private static final int HEADER = 78;
    private static final int LEGEND_STEP = 40;
    private static final int LEGEND_AT_MOST = 30;
    private static final int ROW = 18;

    /**
     * One bar.
     *
     * @param name what it is about
     * @param sizes of its parts, in their order, not negative; copied
     */
    public record Bar(String name, List<Integer> sizes) {
        /** Copies. */
        public Bar {
            sizes = List.copyOf(sizes);
        }

        private long total() {
            return sizes.stream().mapToLong(Integer::longValue).sum();
        }
    }

    /** Copies. */
    public StackedBars {
        parts = List.copyOf(parts);
        bars = List.copyOf(bars);
    }

    /** The file's text. The same bars give the same bytes. */
    public String draw() {
        int legendRows = parts.size() > LEGEND_AT_MOST ? 0 : (parts.size() + 14) / 15;
        int top = HEADER + legendRows * ROW + 8;
        SvgWriter svg = new SvgWriter(WIDTH, top + bars.size() * ROW + 22);
        svg.text("title", 24, 34, title);
        svg.text("subtitle", 24, 56, subtitle);
        for (int i = 0; legendRows > 0 && i < parts.size(); i++) {
            double x = 24 + i % 15 * LEGEND_STEP;
            double y = HEADER + ROW * Math.floor(i / 15.0);
            svg.bar(color(i), x, y - 9, 10, 10, parts.get(i));
            svg.text("legend", x + 14, y, parts.get(i));
        }
        double scale = (RIGHT - LEFT) / (double) Math.max(1, largest());
        for (int i = 0; i < bars.size(); i++) {
            draw(svg, bars.get(i), top + i * (double) ROW, scale);
        }
        return svg.finish();
    }

    private void draw(SvgWriter svg, Bar bar, double y, double scale) {
        svg.text("end", LEFT - 8, y + 12, bar.name);
        double x = LEFT;
        for (int i = 0; i < bar.sizes.size(); i++) {
            double width = bar.sizes.get(i) * scale;
            if (width > 0) {
                String part = parts.get(i) + ": " + Format.count(bar.sizes.get(i));
                svg.bar(color(i), x, y + 1, width, ROW - 4, part);
                x += width;
            }
        }
        svg.text("legend", x + 6, y + 12, Format.count(bar.total()));
    }

    private long largest() {
        return bars.stream().mapToLong(Bar::total).max().orElse(0);
    }

    /** Around the circle of colors, neighbors in different lightness. */
    private String color(int part) {
        double hue = 360.0 * part / Math.max(1, parts.size());
        return String.format(Locale.ROOT, "hsl(%.0f, 55%%, %d%%)", hue, part % 2 == 0 ? 45 : 62);
    }
}
