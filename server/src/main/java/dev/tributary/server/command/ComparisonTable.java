package dev.tributary.server.command;

import dev.tributary.cli.Format;
import dev.tributary.server.command.ComparedRun.Cost;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A comparison in rows and columns, and the longest way to the target as the longest bar.
 *
 * @param header the columns
 * @param rows a cell for each column; copied
 * @param bars a name and a length in [0, 1] for each run that has one
 * @param barsTitle what the bars show
 */
record ComparisonTable(
        List<String> header, List<List<String>> rows, List<Bar> bars, String barsTitle) {
    private static final String NONE = "-";

    /** Of the longest. */
    private static final int BAR = 40;

    /** One bar. */
    record Bar(String name, double length, String label) {
        private String draw(int width) {
            int marks = (int) Math.max(1, Math.round(BAR * length));
            return "%s  %s %s".formatted(padded(name, width), "#".repeat(marks), label);
        }
    }

    static ComparisonTable of(Comparison comparison) {
        boolean target = comparison.target().isPresent();
        String to = target ? " to " + Format.metric(comparison.target().getAsDouble()) : "";
        String measure = comparison.headline().label();
        List<String> header =
                List.of(
                        "run",
                        "strategy",
                        "rounds" + to,
                        "best " + measure,
                        "final " + measure,
                        "bytes" + to,
                        "simulated time" + to,
                        "wall time" + to);
        List<List<String>> rows = new ArrayList<>();
        for (ComparedRun run : comparison.runs()) {
            Cost cost = comparison.cost(run);
            rows.add(
                    List.of(
                            run.name(),
                            run.config().strategy().name(),
                            text(cost.rounds(), Object::toString),
                            text(run.best(), best -> value(run, best)),
                            text(run.last(), last -> value(run, last) + beside(run)),
                            text(cost.bytes(), Format::bytes),
                            text(cost.simulatedSeconds(), Format::duration),
                            text(cost.wallSeconds(), Format::duration)));
        }
        boolean clock = comparison.hasClock();
        return new ComparisonTable(
                header, rows, bars(comparison, clock), (clock ? "simulated time" : "rounds") + to);
    }

    /** For a terminal. */
    String toText() {
        List<List<String>> all = new ArrayList<>(List.of(header));
        all.addAll(rows);
        String table =
                all.stream().map(row -> line(row, widths(all))).collect(Collectors.joining("\n"));
        if (bars.isEmpty()) {
            return table;
        }
        int width = bars.stream().mapToInt(bar -> bar.name().length()).max().orElse(1);
        String drawn =
                bars.stream().map(bar -> "\n  " + bar.draw(width)).collect(Collectors.joining());
        return table + "\n\n" + barsTitle + drawn;
    }

    /** For a page. */
    String toMarkdown() {
        List<String> lines = new ArrayList<>();
        lines.add("| " + String.join(" | ", header) + " |");
        lines.add("|" + "---|".repeat(header.size()));
        rows.forEach(row -> lines.add("| " + String.join(" | ", row) + " |"));
        lines.add("");
        lines.add("![the curves of each run](comparison.svg)");
        return String.join("\n", lines) + "\n";
    }

    private static List<Bar> bars(Comparison comparison, boolean clock) {
        List<Bar> bars = new ArrayList<>();
        double longest =
                comparison.runs().stream()
                        .map(run -> length(comparison.cost(run), clock))
                        .filter(Objects::nonNull)
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(0);
        for (ComparedRun run : comparison.runs()) {
            Double length = length(comparison.cost(run), clock);
            if (length != null && longest > 0) {
                String label = clock ? Format.duration(length) : Format.count(Math.round(length));
                bars.add(new Bar(run.name(), length / longest, label));
            }
        }
        return bars;
    }

    private static @Nullable Double length(Cost cost, boolean clock) {
        Integer rounds = cost.rounds();
        return clock ? cost.simulatedSeconds() : rounds == null ? null : rounds.doubleValue();
    }

    private static String value(ComparedRun run, double value) {
        return Format.metric(value) + (run.evaluations().personal() ? " personal" : "");
    }

    /** What the global model does where clients have others. */
    private static String beside(ComparedRun run) {
        Double global = run.global();
        return global == null ? "" : ", " + Format.metric(global) + " global";
    }

    private static <T> String text(@Nullable T value, Function<T, String> format) {
        return value == null ? NONE : format.apply(value);
    }

    private static int[] widths(List<List<String>> all) {
        int[] widths = new int[all.get(0).size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(padded(row.get(i), widths[i])).append("  ");
        }
        return line.toString().stripTrailing();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
