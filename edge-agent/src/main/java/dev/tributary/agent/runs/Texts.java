package dev.tributary.agent.runs;

import dev.tributary.cli.Format;
import dev.tributary.cli.display.Evaluations;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/** Runs in words and columns. */
final class Texts {
    private static final List<String> HEADER =
            List.of("RUN", "STATE", "ROUND", "REACHED", "LOSS", "MODEL", "DATA SET");

    private Texts() {}

    static String state(RunStatus run) {
        return run.state().name().toLowerCase(Locale.ROOT);
    }

    /**
     * A header and a line for each run, in columns as wide as they need be; below it, unless the
     * run has finished, where it is or why it ended, as far as that fits.
     */
    static List<String> table(List<RunStatus> runs, int width) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADER));
        for (RunStatus run : runs) {
            rows.add(
                    List.of(
                            run.runId(),
                            state(run),
                            run.modelVersion() + "/" + run.rounds(),
                            reached(run),
                            metric(newest(run, Evaluations.of(run.history())::loss)),
                            run.model(),
                            dataset(run)));
        }
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>(List.of(line(HEADER, widths)));
        for (int i = 0; i < runs.size(); i++) {
            lines.add(line(rows.get(i + 1), widths));
            RunStatus run = runs.get(i);
            if (run.state() != RunStatus.State.FINISHED && !run.message().isEmpty()) {
                lines.add("  " + cut(Format.printable(run.message()), width - 2));
            }
        }
        return lines;
    }

    private static String cut(String text, int width) {
        return text.codePointCount(0, text.length()) <= width
                ? text
                : text.substring(0, text.offsetByCodePoints(0, width - 2)) + "..";
    }

    /** A fact a line. */
    static String details(RunStatus run) {
        List<String> lines = new ArrayList<>();
        add(lines, "run", run.runId());
        add(lines, "state", state(run) + (run.message().isEmpty() ? "" : ": " + run.message()));
        add(lines, "rounds", "%d of %d published".formatted(run.modelVersion(), run.rounds()));
        add(lines, "model", run.model() + parameters(run));
        add(lines, "data set", dataset(run));
        add(lines, "device", run.device());
        Evaluations evaluations = Evaluations.of(run.history());
        String headline = evaluations.named(evaluations.headline().label());
        add(lines, headline, metric(newest(run, evaluations::headline)));
        add(lines, evaluations.named("loss"), metric(newest(run, evaluations::loss)));
        Double global = newest(run, evaluations::globalAccuracy);
        if (global != null) {
            add(lines, "global accuracy", metric(global));
        }
        add(lines, "clients", Integer.toString(run.clients().size()));
        add(lines, "time", Format.duration(run.elapsedSeconds()));
        add(
                lines,
                "traffic",
                "%s up, %s down"
                        .formatted(Format.bytes(run.bytesUp()), Format.bytes(run.bytesDown())));
        add(lines, "sha-256", run.modelSha256() == null ? "-" : run.modelSha256());
        return String.join(System.lineSeparator(), lines);
    }

    static String event(RunEvent event) {
        return Format.printable(
                "%5d  %8s  %-7s  %s"
                        .formatted(
                                event.sequence(),
                                Format.duration(event.elapsedSeconds()),
                                event.level().name().toLowerCase(Locale.ROOT),
                                event.message()));
    }

    private static void add(List<String> lines, String name, String value) {
        if (!value.equals("-")) {
            lines.add(Format.printable("%-9s %s".formatted(name, value)));
        }
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
        }
        return Format.printable(line.toString().stripTrailing());
    }

    private static String dataset(RunStatus run) {
        return Objects.requireNonNullElse(run.dataset(), "-");
    }

    private static String parameters(RunStatus run) {
        return run.parameterCount() == 0
                ? ""
                : ", %s parameters".formatted(Format.count(run.parameterCount()));
    }

    /** By the measure that tells most of the task. */
    private static String reached(RunStatus run) {
        Evaluations evaluations = Evaluations.of(run.history());
        Double last = newest(run, evaluations::headline);
        String headline = evaluations.named(evaluations.headline().label());
        return last == null ? "-" : headline + " " + Format.metric(last);
    }

    private static @Nullable Double newest(
            RunStatus run, Function<RoundMetrics, @Nullable Double> measure) {
        return Evaluations.newest(run.history(), measure);
    }

    private static String metric(@Nullable Double value) {
        return value == null ? "-" : Format.metric(value);
    }
}
