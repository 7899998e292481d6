package dev.tributary.cli.display;

import dev.tributary.cli.Format;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The lines of a {@link PlainDisplay}: ASCII, one fact a column, easy to grep. */
final class PlainLines {
    private PlainLines() {}

    static String title(RunStatus status) {
        return Format.printable(
                "run %s: %s, %s parameters, %s, up to %d rounds"
                        .formatted(
                                status.runId(),
                                status.model(),
                                Format.count(status.parameterCount()),
                                status.device(),
                                status.rounds()));
    }

    static String round(RoundMetrics metrics, int rounds) {
        List<String> parts = new ArrayList<>();
        int digits = Integer.toString(rounds).length();
        parts.add(("round %" + digits + "d/%d").formatted(metrics.round(), rounds));
        Evaluations evaluations = Evaluations.of(List.of(metrics));
        String headline = evaluations.named(evaluations.headline().label());
        addMetric(parts, headline, evaluations.headline(metrics));
        addMetric(parts, evaluations.named("loss"), evaluations.loss(metrics));
        addMetric(parts, "global accuracy", evaluations.globalAccuracy(metrics));
        addMetric(parts, "train loss", metrics.trainLoss());
        if (metrics.round() > 0) {
            parts.add(metrics.accepted() + "/" + metrics.cohort() + " updates");
            addCount(parts, metrics.rejected(), " rejected");
            addCount(parts, metrics.discarded(), " discarded");
            parts.add(Format.bytes(metrics.bytesUp()) + " up");
            parts.add(Format.bytes(metrics.bytesDown()) + " down");
        }
        parts.add(Format.duration(metrics.seconds() + metrics.evaluationSeconds()));
        return String.join("  ", parts);
    }

    static String event(RunEvent event) {
        return Format.printable(
                "%s after %s: %s"
                        .formatted(
                                event.level().name().toLowerCase(Locale.ROOT),
                                Format.duration(event.elapsedSeconds()),
                                event.message()));
    }

    /** Why it ended, unless the line before says so. */
    static String end(RunStatus status) {
        return Format.printable(
                "%s after %s%s"
                        .formatted(
                                status.state().name().toLowerCase(Locale.ROOT),
                                Format.duration(status.elapsedSeconds()),
                                status.toldByEvent() ? "" : ": " + status.message()));
    }

    private static void addMetric(List<String> parts, String name, @Nullable Double value) {
        if (value != null) {
            parts.add(name + " " + Format.metric(value));
        }
    }

    private static void addCount(List<String> parts, int count, String what) {
        if (count > 0) {
            parts.add(count + what);
        }
    }
}
