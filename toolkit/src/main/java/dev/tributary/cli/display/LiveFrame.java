package dev.tributary.cli.display;

import dev.tributary.cli.Format;
import dev.tributary.cli.Terminal;
import dev.tributary.cli.display.Line.Tone;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientStatus;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A snapshot of a run as lines for a terminal of a given size; a pure function of the two. */
final class LiveFrame {
    private static final int CLIENTS_AT_MOST = 12;
    private static final int EVENTS_AT_MOST = 3;

    /** Title, progress, updates, metrics, "more" and blank lines, and one row for the cursor. */
    private static final int OTHER_LINES = 9 + EVENTS_AT_MOST;

    private static final int SPARK_WIDTH = 16;

    /** As people count: client-2 before client-10. */
    private static final Comparator<ClientStatus> BY_NAME =
            Comparator.<ClientStatus>comparingInt(client -> client.clientId().length())
                    .thenComparing(ClientStatus::clientId);

    private final Terminal terminal;
    private final Glyphs glyphs;

    LiveFrame(Terminal terminal) {
        this.terminal = terminal;
        this.glyphs = Glyphs.of(terminal);
    }

    List<String> lines(RunStatus status) {
        List<String> lines = new ArrayList<>();
        lines.add(title(status));
        lines.add(progress(status));
        lines.add(traffic(status));
        lines.add("");
        addClients(lines, status.clients());
        addMetrics(lines, status);
        addEvents(lines, status.events());
        return lines;
    }

    private String title(RunStatus status) {
        String parameters = Format.count(status.parameterCount()) + " parameters";
        return new Line(terminal)
                .add(Tone.STRONG, status.runId())
                .add(glyphs.separator() + status.model() + ", " + parameters)
                .add(glyphs.separator() + status.device())
                .toString();
    }

    private String progress(RunStatus status) {
        String state = status.state().name().toLowerCase(Locale.ROOT);
        String round = "round " + status.round() + " of " + status.rounds();
        Line line = new Line(terminal);
        return switch (status.state()) {
            case QUEUED, WAITING ->
                    line.add(Tone.BUSY, state + "  ").add(status.message()).toString();
            case RUNNING -> bar(line.add(Tone.STRONG, round + "  "), status).toString();
            case FINISHED -> ended(line.add(Tone.GOOD, state), round, status).toString();
            case FAILED -> ended(line.add(Tone.BAD, state), round, status).toString();
            case STOPPED -> ended(line.add(Tone.WARNING, state), round, status).toString();
        };
    }

    private Line bar(Line line, RunStatus status) {
        double fraction = RunProgress.fraction(status);
        int width = Math.max(10, Math.min(40, terminal.width() - 52));
        return line.add(Tone.GOOD, glyphs.filled(fraction, width))
                .add(Tone.FAINT, glyphs.rest(fraction, width))
                .addRight(Tone.PLAIN, Format.percent(fraction), 7)
                .add("  " + Format.duration(status.elapsedSeconds()))
                .add(Tone.FAINT, RunProgress.timeLeft(status));
    }

    private static Line ended(Line line, String round, RunStatus status) {
        return line.add(" in " + round + " after " + Format.duration(status.elapsedSeconds()))
                .add(status.message().isEmpty() ? "" : ": " + status.message());
    }

    private String traffic(RunStatus status) {
        String updates = status.accepted() + " of " + status.cohort() + " updates in";
        return new Line(terminal)
                .add(status.cohort() == 0 ? status.clients().size() + " clients" : updates)
                .add("   " + glyphs.up() + " " + Format.bytes(status.bytesUp()))
                .add("   " + glyphs.down() + " " + Format.bytes(status.bytesDown()))
                .toString();
    }

    private void addClients(List<String> lines, List<ClientStatus> clients) {
        int room = Math.max(1, Math.min(CLIENTS_AT_MOST, terminal.height() - OTHER_LINES));
        List<ClientStatus> shown =
                clients.stream()
                        .sorted(Comparator.comparingInt(client -> rank(client.phase())))
                        .limit(room)
                        .sorted(BY_NAME)
                        .toList();
        ClientLines each = new ClientLines(terminal, glyphs, shown);
        shown.forEach(client -> lines.add(each.line(client)));
        if (clients.size() > shown.size()) {
            String more = "+ " + (clients.size() - shown.size()) + " more";
            lines.add(new Line(terminal).add(Tone.FAINT, more).toString());
        }
    }

    /** Who works comes first, then who is lost, then who is done. */
    private static int rank(ClientPhase phase) {
        return switch (phase) {
            case DOWNLOADING, TRAINING, UPLOADING, EVALUATING -> 0;
            case DROPPED, FAILED, DECLINED -> 1;
            case DONE -> 2;
            case WAITING -> 3;
        };
    }

    private void addMetrics(List<String> lines, RunStatus status) {
        List<RoundMetrics> history = status.history();
        Evaluations evaluations = Evaluations.of(history);
        String headline = evaluations.named(evaluations.headline().label());
        Line line = new Line(terminal);
        addMetric(line, headline, history, evaluations::headline);
        addMetric(line, evaluations.named("loss"), history, evaluations::loss);
        addMetric(line, "global accuracy", history, evaluations::globalAccuracy);
        if (!line.toString().isEmpty()) {
            lines.add("");
            lines.add(line.toString());
        }
    }

    private void addMetric(
            Line line,
            String name,
            List<RoundMetrics> history,
            Function<RoundMetrics, @Nullable Double> measure) {
        List<Double> values = Evaluations.values(history, measure);
        if (!values.isEmpty()) {
            line.add(name + " ")
                    .add(Tone.STRONG, Format.metric(values.get(values.size() - 1)))
                    .add(" ")
                    .add(Tone.BUSY, glyphs.spark(values, SPARK_WIDTH))
                    .add("   ");
        }
    }

    /** Warnings are not among them: the display shows those in full. */
    private void addEvents(List<String> lines, List<RunEvent> all) {
        List<RunEvent> events = all.stream().filter(event -> !event.isWarning()).toList();
        if (!events.isEmpty()) {
            lines.add("");
        }
        for (RunEvent event :
                events.subList(Math.max(0, events.size() - EVENTS_AT_MOST), events.size())) {
            lines.add(
                    new Line(terminal)
                            .addRight(Tone.FAINT, Format.duration(event.elapsedSeconds()), 7)
                            .add("  ")
                            .add(event.message())
                            .toString());
        }
    }
}
