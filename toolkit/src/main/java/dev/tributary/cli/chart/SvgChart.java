package dev.tributary.cli.chart;

import dev.tributary.cli.chart.Chart.Panel;
import dev.tributary.cli.chart.Chart.Point;
import dev.tributary.cli.chart.Chart.Series;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Draws a {@link Chart} as a standalone SVG file.
 *
 * <p>A small writer of our own: the chart libraries for Java measure text with AWT fonts, which a
 * server without a display often lacks, and bring megabytes for two curves. The picture has its own
 * light background, so it reads well on a dark page too. The same chart gives the same bytes. Not
 * thread-safe.
 */
public final class SvgChart {
    private static final int WIDTH = 760;
    private static final int LEFT = 72;
    private static final int MARGIN = 76;
    private static final int SIDE = 440;
    private static final int HEADER = 104;
    private static final int PANEL_HEIGHT = 184;
    private static final int PANEL_GAP = 62;
    private static final int FOOTER = 56;
    private static final int LEGEND_WIDTH = 480;
    private static final double LEGEND_CHARACTER = 6.6;
    private static final int LEGEND_GAP = 44;
    private static final int MARKERS_AT_MOST = 40;

    private final Chart chart;
    private final int right;
    private final Axis xAxis;
    private final List<String> names;
    private final CurveEnds ends;
    private final int panelHeight;
    private final SvgWriter svg;

    private SvgChart(Chart chart) {
        this.chart = chart;
        right = chart.square() ? LEFT + SIDE : WIDTH - MARGIN;
        DoubleStream xs = points(chart.panels()).mapToDouble(Point::x);
        xAxis = Axis.ofWholeNumbers(xs, 10);
        names =
                chart.panels().stream()
                        .flatMap(panel -> panel.series().stream())
                        .map(Series::name)
                        .distinct()
                        .toList();
        boolean crowded =
                chart.panels().stream().anyMatch(panel -> legendWidth(panel) > LEGEND_WIDTH);
        ends = new CurveEnds(right, crowded);
        panelHeight = chart.square() ? SIDE : Math.max(PANEL_HEIGHT, ends.height(chart.panels()));
        int count = chart.panels().size();
        svg =
                new SvgWriter(
                        Math.max(right + MARGIN, right + ends.width(chart.panels())),
                        HEADER + count * panelHeight + (count - 1) * PANEL_GAP + FOOTER);
    }

    /** The file's text. */
    public static String draw(Chart chart) {
        return new SvgChart(chart).draw();
    }

    /**
     * Writes the file; one that exists is replaced.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(Chart chart, Path file) throws IOException {
        Files.writeString(file, draw(chart));
    }

    private String draw() {
        svg.text("title", 24, 34, chart.title());
        svg.text("subtitle", 24, 54, chart.subtitle());
        int top = HEADER;
        List<String> legend = List.of();
        for (Panel panel : chart.panels()) {
            List<String> names = panel.series().stream().map(Series::name).toList();
            drawPanel(panel, top, !ends.named() && !names.equals(legend));
            legend = names;
            top += panelHeight + PANEL_GAP;
        }
        int bottom = top - PANEL_GAP;
        svg.text("axis middle", (LEFT + right) / 2.0, bottom + 40, chart.xLabel());
        return svg.finish();
    }

    private void drawPanel(Panel panel, int top, boolean withLegend) {
        Axis yAxis =
                Axis.around(
                        points(List.of(panel)).mapToDouble(Point::y),
                        panel.floor(),
                        panel.ceiling(),
                        5);
        int bottom = top + panelHeight;
        for (double tick : yAxis.ticks()) {
            double y = y(yAxis, tick, bottom);
            svg.line("grid", LEFT, y, right, y);
            svg.text("tick end", LEFT - 10, y + 4, Axis.label(tick));
        }
        for (double tick : xAxis.ticks()) {
            svg.line("mark", x(tick), bottom, x(tick), bottom + 5);
            svg.text("tick middle", x(tick), bottom + 19, Axis.label(tick));
        }
        svg.line("base", LEFT, bottom, right, bottom);
        svg.text("axis", LEFT, top - 14, panel.label());
        if (withLegend) {
            drawLegend(panel.series(), top - 14);
        }
        panel.series().forEach(series -> drawSeries(series, yAxis, bottom));
        if (!chart.square()) {
            ends.draw(svg, panel.series(), value -> y(yAxis, value, bottom), bottom, this::pen);
        }
    }

    /** At the right, laid out from there by an estimate of how wide the names are. */
    private void drawLegend(List<Series> series, int y) {
        double x = right;
        for (int i = series.size() - 1; i >= 0; i--) {
            String name = series.get(i).name();
            x -= name.length() * LEGEND_CHARACTER;
            svg.text("legend", x, y, name);
            svg.line("curve", pen(name), x - 24, y - 4, x - 7, y - 4);
            x -= LEGEND_GAP;
        }
    }

    private static double legendWidth(Panel panel) {
        return panel.series().stream()
                .mapToDouble(series -> series.name().length() * LEGEND_CHARACTER + LEGEND_GAP)
                .sum();
    }

    private void drawSeries(Series series, Axis yAxis, int bottom) {
        Pen pen = pen(series.name());
        StringBuilder path = new StringBuilder();
        for (Point point : series.points()) {
            path.append(path.length() == 0 ? "M" : " L")
                    .append(SvgWriter.number(x(point.x())))
                    .append(' ')
                    .append(SvgWriter.number(y(yAxis, point.y(), bottom)));
        }
        svg.path(pen, path.toString(), series.name());
        boolean all = !ends.named() && series.points().size() <= MARKERS_AT_MOST;
        for (int i = 0; i < series.points().size(); i++) {
            Point point = series.points().get(i);
            boolean last = i == series.points().size() - 1;
            if (all || last) {
                svg.dot(pen.color(), x(point.x()), y(yAxis, point.y(), bottom), last ? 3.6 : 2.2);
            }
        }
    }

    private Pen pen(String name) {
        return Pen.of(names.indexOf(name));
    }

    private double x(double value) {
        return LEFT + xAxis.position(value) * (right - LEFT);
    }

    private double y(Axis axis, double value, int bottom) {
        return bottom - axis.position(value) * panelHeight;
    }

    private static Stream<Point> points(List<Panel> panels) {
        return panels.stream()
                .flatMap(panel -> panel.series().stream())
                .flatMap(series -> series.points().stream());
    }
}
