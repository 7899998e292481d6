package dev.tributary.server.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import dev.tributary.cli.Format;
import dev.tributary.cli.chart.Chart;
import dev.tributary.cli.chart.Chart.Panel;
import dev.tributary.cli.chart.Chart.Point;
import dev.tributary.cli.chart.Chart.Series;
import dev.tributary.cli.chart.SvgChart;
import dev.tributary.cli.display.Evaluations;
import dev.tributary.protocol.Headline;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.server.command.ComparedRun.Cost;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

/**
 * Several runs side by side, in the order in which they were named, all judged by one measure.
 *
 * @param runs at least one, each with a name of its own
 * @param target the value of that measure whose price is told; empty for that of the whole run
 */
record Comparison(List<ComparedRun> runs, OptionalDouble target) {
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    /** Copies the runs; equal names get numbers. */
    Comparison {
        Headline headline = headline(runs);
        List<ComparedRun> distinct = new ArrayList<>();
        Map<String, Integer> uses = new LinkedHashMap<>();
        for (ComparedRun run : runs) {
            int use = uses.merge(run.name(), 1, Integer::sum);
            ComparedRun judged = run.judgedBy(headline);
            distinct.add(use == 1 ? judged : judged.named(run.name() + "#" + use));
        }
        runs = List.copyOf(distinct);
    }

    /** The measure that tells most of the task that they have in common. */
    static Headline headline(List<ComparedRun> runs) {
        return Headline.of(runs.stream().map(ComparedRun::history).flatMap(List::stream).toList());
    }

    Headline headline() {
        return runs.get(0).headline();
    }

    /** The measure, as a key for programs. */
    String key() {
        return headline().label().toLowerCase(Locale.ROOT);
    }

    /** What was to be paid: up to the target, or in all. */
    Cost cost(ComparedRun run) {
        return target.isPresent() ? run.cost(target.getAsDouble()) : run.cost();
    }

    boolean hasClock() {
        return runs.stream().allMatch(ComparedRun::hasClock);
    }

    /** The table, for people. */
    ComparisonTable table() {
        return ComparisonTable.of(this);
    }

    /** A line with an object for each run. */
    String toJson(Path files) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (ComparedRun run : runs) {
            Cost cost = cost(run);
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("run", run.name());
            row.put("strategy", run.config().strategy().name());
            row.put("rounds", run.rounds());
            row.put("best_" + key(), run.best());
            row.put(key(), run.last());
            if (run.evaluations().personal()) {
                row.put("personal", true);
                row.put("global_" + key(), run.global());
            }
            String to = target.isPresent() ? "_to_target" : "";
            if (target.isPresent()) {
                row.put("rounds_to_target", cost.rounds());
            }
            row.put("bytes" + to, cost.bytes());
            row.put("simulated_seconds" + to, cost.simulatedSeconds());
            row.put("seconds" + to, cost.wallSeconds());
            row.put("run_dir", run.directory().toString());
            rows.add(row);
        }
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("measure", key());
        result.put("target", target.isPresent() ? target.getAsDouble() : null);
        result.put("runs", rows);
        result.put("files", files.toAbsolutePath().normalize().toString());
        return JSON.toJson(result);
    }

    /** The measure above loss, over virtual time where all runs have it, else over the rounds. */
    Chart chart() {
        List<Panel> panels = new ArrayList<>();
        List<Series> reached = series(Evaluations::headline);
        if (!reached.isEmpty()) {
            panels.add(new Panel(headline().label(), 0, headline().most(), reached));
        }
        List<Series> loss = series(Evaluations::loss);
        if (!loss.isEmpty() || panels.isEmpty()) {
            panels.add(new Panel("loss", 0, Double.POSITIVE_INFINITY, loss));
        }
        String subtitle =
                target.isPresent()
                        ? "target: %s %s"
                                .formatted(headline().label(), Format.metric(target.getAsDouble()))
                        : "";
        String axis = hasClock() ? "simulated time, s" : "round";
        return new Chart("Comparison of %d runs".formatted(runs.size()), subtitle, axis, panels);
    }

    /** Writes all of it. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("comparison.md"), table().toMarkdown());
        Files.writeString(directory.resolve("comparison.csv"), ComparisonCsv.of(this));
        SvgChart.write(chart(), directory.resolve("comparison.svg"));
    }

    private List<Series> series(BiFunction<Evaluations, RoundMetrics, @Nullable Double> value) {
        List<Series> all = new ArrayList<>();
        for (ComparedRun run : runs) {
            Evaluations evaluations = run.evaluations();
            List<Point> points = new ArrayList<>();
            for (RoundMetrics round : run.history()) {
                Double y = value.apply(evaluations, round);
                if (y != null) {
                    points.add(new Point(x(round), y));
                }
            }
            if (!points.isEmpty()) {
                String legend = evaluations.personal() ? run.name() + ", personal" : run.name();
                all.add(new Series(legend, points));
            }
        }
        return all;
    }

    private double x(RoundMetrics round) {
        return hasClock()
                ? Objects.requireNonNullElse(round.simulatedSeconds(), 0.0)
                : round.round();
    }
}
