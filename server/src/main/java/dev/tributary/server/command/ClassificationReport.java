package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.Format;
import dev.tributary.cli.chart.Chart;
import dev.tributary.cli.chart.Chart.Panel;
import dev.tributary.cli.chart.Chart.Point;
import dev.tributary.cli.chart.Chart.Series;
import dev.tributary.cli.chart.SvgChart;
import dev.tributary.evaluation.CalibrationPoint;
import dev.tributary.evaluation.ConfusionMatrix;
import dev.tributary.evaluation.RocPoint;
import dev.tributary.evaluation.ScoreHistogram;
import dev.tributary.server.CheckpointEvaluation.Measured;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a classifier does, as files: {@code confusion.csv}, and for two classes {@code roc.svg} and
 * {@code calibration.svg}.
 */
final class ClassificationReport {
    private static final int RANGES = 10;
    private static final double PERCENT = 100;

    private ClassificationReport() {}

    /**
     * Writes the files; those that are there already are replaced.
     *
     * @param directory is made if it is not there
     * @return which they are
     * @throws CommandException if there is nothing to tell
     */
    static List<Path> write(Path directory, Measured measured) throws IOException {
        Optional<ConfusionMatrix> confusion = measured.details().confusion();
        if (confusion.isEmpty()) {
            throw new CommandException(
                    "--report: expected a classifier of 2 to %d classes, found %s"
                            .formatted(ConfusionMatrix.MAX_CLASSES, measured.result().model()));
        }
        Files.createDirectories(directory);
        Path table = directory.resolve("confusion.csv");
        Files.writeString(table, csv(confusion.get(), measured.classNames()));
        Optional<ScoreHistogram> scores = measured.details().scores();
        if (scores.isEmpty()) {
            return List.of(table);
        }
        String about =
                "%s on %s, %s examples"
                        .formatted(
                                measured.result().model(),
                                measured.result().dataset(),
                                Format.count(measured.result().examples()));
        Path roc = directory.resolve("roc.svg");
        Path calibration = directory.resolve("calibration.svg");
        SvgChart.write(roc(about, scores.get(), measured.classNames()), roc);
        SvgChart.write(calibration(about, scores.get(), measured.classNames()), calibration);
        return List.of(table, roc, calibration);
    }

    /** A row for each true class, a column for each that was said. */
    private static String csv(ConfusionMatrix confusion, List<String> names) {
        StringBuilder text = new StringBuilder("class");
        names.forEach(
                guess -> text.append(',').append(PredictionLines.quoted("taken for " + guess)));
        for (int truth = 0; truth < confusion.classes(); truth++) {
            text.append('\n').append(PredictionLines.quoted(names.get(truth)));
            for (int guess = 0; guess < confusion.classes(); guess++) {
                text.append(',').append(confusion.count(truth, guess));
            }
        }
        return text.append('\n').toString();
    }

    private static Chart roc(String about, ScoreHistogram scores, List<String> names) {
        List<Point> curve = scores.roc().stream().map(ClassificationReport::point).toList();
        String title = "ROC curve, AUC " + Format.metric(scores.auc());
        return chart(
                title,
                about,
                "false positive rate, %",
                "true positive rate (class %s), %%".formatted(names.get(1)),
                curve);
    }

    private static Chart calibration(String about, ScoreHistogram scores, List<String> names) {
        List<Point> curve =
                scores.calibration(RANGES).stream().map(ClassificationReport::point).toList();
        String positive = "class %s, %%".formatted(names.get(1));
        return chart("Calibration", about, "probability of " + positive, positive, curve);
    }

    private static Point point(RocPoint point) {
        return new Point(PERCENT * point.falsePositiveRate(), PERCENT * point.truePositiveRate());
    }

    private static Point point(CalibrationPoint point) {
        return new Point(PERCENT * point.predicted(), PERCENT * point.observed());
    }

    /** With the diagonal, which is chance in one chart and perfection in the other. */
    private static Chart chart(
            String title, String about, String xLabel, String yLabel, List<Point> curve) {
        List<Point> diagonal = List.of(new Point(0, 0), new Point(PERCENT, PERCENT));
        return new Chart(
                title,
                about,
                xLabel,
                List.of(
                        new Panel(
                                yLabel,
                                0,
                                PERCENT,
                                List.of(
                                        new Series("model", curve),
                                        new Series("diagonal", diagonal)))),
                true);
    }
}
