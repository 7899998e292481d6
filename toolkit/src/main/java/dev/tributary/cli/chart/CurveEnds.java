package dev.tributary.cli.chart;

import dev.tributary.cli.Format;
import dev.tributary.cli.chart.Chart.Panel;
import dev.tributary.cli.chart.Chart.Point;
import dev.tributary.cli.chart.Chart.Series;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What stands beside the ends of a panel's curves: their last values, and where a line of names has
 * no room for all of them, their names too.
 *
 * @param left where it begins
 * @param named whether the names are here
 */
record CurveEnds(int left, boolean named) {
    private static final int LINE_HEIGHT = 14;
    private static final double CHARACTER_WIDTH = 7.6;
    private static final int GAP = 10;
    private static final int LEADER = 16;
    private static final int SAMPLE = 26;

    /** How wide it must be for all panels. */
    int width(List<Panel> panels) {
        int characters =
                panels.stream()
                        .flatMap(panel -> sorted(panel.series()).stream())
                        .mapToInt(series -> text(series).length())
                        .max()
                        .orElse(0);
        return (int) (textStart() - left + characters * CHARACTER_WIDTH + GAP);
    }

    /** How high a panel must be for them. */
    int height(List<Panel> panels) {
        return panels.stream().mapToInt(panel -> panel.series().size()).max().orElse(0)
                * LINE_HEIGHT;
    }

    /**
     * Draws them, moved apart where they would cover each other.
     *
     * @param height where on the page a value stands
     * @param bottom no text is lower
     */
    void draw(
            SvgWriter svg,
            List<Series> all,
            ToDoubleFunction<Double> height,
            int bottom,
            Function<String, Pen> pens) {
        List<Series> sorted = sorted(all);
        double[] ys = new double[sorted.size()];
        for (int i = 0; i < ys.length; i++) {
            double wanted = height.applyAsDouble(last(sorted.get(i)).y()) + 4;
            ys[i] = i == 0 ? wanted : Math.max(wanted, ys[i - 1] + LINE_HEIGHT);
        }
        double limit = bottom + 4;
        for (int i = ys.length - 1; i >= 0; i--) {
            double y = Math.min(ys[i], limit);
            limit = y - LINE_HEIGHT;
            Series series = sorted.get(i);
            Pen pen = pens.apply(series.name());
            if (named) {
                svg.line(
                        "leader",
                        pen.color(),
                        left,
                        height.applyAsDouble(last(series).y()),
                        left + LEADER,
                        y - 4);
                svg.line("curve", pen, left + LEADER, y - 4, left + LEADER + SAMPLE, y - 4);
            }
            svg.value(pen.color(), textStart(), y, text(series));
        }
    }

    private int textStart() {
        return left + GAP + (named ? LEADER + SAMPLE - GAP / 2 : 0);
    }

    private String text(Series series) {
        String value = label(last(series).y());
        return named ? value + " " + series.name() : value;
    }

    /** Five digits, where a number has so many. */
    private static String label(double value) {
        double size = Math.abs(value);
        if (size < 10 || size >= 1e5) {
            return Format.metric(value);
        }
        return String.format(
                Locale.ROOT, size < 100 ? "%.3f" : size < 1000 ? "%.2f" : "%.1f", value);
    }

    /** From the top. */
    private static List<Series> sorted(List<Series> all) {
        return all.stream()
                .filter(series -> !series.points().isEmpty())
                .sorted((a, b) -> Double.compare(last(b).y(), last(a).y()))
                .toList();
    }

    private static Point last(Series series) {
        return series.points().get(series.points().size() - 1);
    }
}
