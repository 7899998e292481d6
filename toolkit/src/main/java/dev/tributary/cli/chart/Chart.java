package dev.tributary.cli.chart;

import dev.tributary.cli.display.Evaluations;
import dev.tributary.protocol.Headline;
import dev.tributary.protocol.RoundMetrics;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Curves over a common horizontal axis, in panels one above the other.
 *
 * <p>Values, not drawing: {@link SvgChart} draws it. Immutable.
 *
 * @param title the heading
 * @param subtitle one line below the heading; may be empty
 * @param xLabel what the horizontal axis counts
 * @param panels from top to bottom, at least one; copied
 * @param square whether both axes measure the same, so that panels are as high as wide; what a
 *     curve ends at is then no result, and not told
 */
public record Chart(
        String title, String subtitle, String xLabel, List<Panel> panels, boolean square) {

    /** Copies the panels. */
    public Chart {
        panels = List.copyOf(panels);
        if (panels.isEmpty()) {
            throw new IllegalArgumentException("chart \"" + title + "\": expected a panel");
        }
    }

    /** Of panels that are wider than high. */
    public Chart(String title, String subtitle, String xLabel, List<Panel> panels) {
        this(title, subtitle, xLabel, panels, false);
    }

    /**
     * One vertical axis and its curves.
     *
     * @param label what the axis measures
     * @param floor no tick lies below; negative infinity for no bound
     * @param ceiling no tick lies above; infinity for no bound
     * @param series the curves; copied
     */
    public record Panel(String label, double floor, double ceiling, List<Series> series) {
        /** Copies the series. */
        public Panel {
            series = List.copyOf(series);
        }
    }

    /**
     * One curve. A series has the same color in all panels, by its name.
     *
     * @param name for the legend
     * @param points from left to right; those that are not finite are left out; copied
     */
    public record Series(String name, List<Point> points) {
        /** Copies the finite points. */
        public Series {
            points =
                    points.stream()
                            .filter(
                                    point ->
                                            Double.isFinite(point.x())
                                                    && Double.isFinite(point.y()))
                            .toList();
        }
    }

    /**
     * One value.
     *
     * @param x on the horizontal axis
     * @param y on the vertical axis
     */
    public record Point(double x, double y) {}

    /**
     * The {@linkplain Headline headline} above the loss over the rounds of one run, each with what
     * was measured: on the server's test set, on the clients' data, and the loss in training. Where
     * clients have models of their own, those come first.
     *
     * @param history the rounds, as in {@code metrics.jsonl}
     */
    public static Chart ofRun(String title, String subtitle, List<RoundMetrics> history) {
        Headline headline = Headline.of(history);
        List<Series> reached = new ArrayList<>();
        List<Series> loss = new ArrayList<>();
        if (Evaluations.of(history).personal()) {
            addSeries(reached, "personal models", history, headline::federated);
            addSeries(reached, "global model", history, headline::central);
            addSeries(loss, "personal models", history, RoundMetrics::federatedLoss);
            addSeries(loss, "global model", history, RoundMetrics::loss);
        } else {
            addSeries(reached, "test set", history, headline::central);
            addSeries(reached, "clients' data", history, headline::federated);
            addSeries(loss, "test set", history, RoundMetrics::loss);
            addSeries(loss, "clients' data", history, RoundMetrics::federatedLoss);
        }
        addSeries(loss, "local training", history, RoundMetrics::trainLoss);
        List<Panel> panels = new ArrayList<>();
        if (!reached.isEmpty()) {
            panels.add(new Panel(headline.label(), 0, headline.most(), reached));
        }
        if (!loss.isEmpty() || panels.isEmpty()) {
            panels.add(new Panel("loss", 0, Double.POSITIVE_INFINITY, loss));
        }
        return new Chart(title, subtitle, "round", panels);
    }

    private static void addSeries(
            List<Series> to,
            String name,
            List<RoundMetrics> history,
            Function<RoundMetrics, @Nullable Double> value) {
        List<Point> points = new ArrayList<>();
        for (RoundMetrics metrics : history) {
            Double y = value.apply(metrics);
            if (y != null) {
                points.add(new Point(metrics.round(), y));
            }
        }
        if (!points.isEmpty()) {
            to.add(new Series(name, points));
        }
    }
}
