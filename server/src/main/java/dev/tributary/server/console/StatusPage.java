package dev.tributary.server.console;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dev.tributary.cli.Format;
import dev.tributary.cli.Versions;
import dev.tributary.cli.chart.Chart;
import dev.tributary.cli.chart.SvgChart;
import dev.tributary.cli.display.Evaluations;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientStatus;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunStatus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the runs of a server are at, as a page that needs no script and fetches itself anew.
 *
 * <p>Names and messages come from clients and from who submits runs: every text is escaped, and
 * with {@link #POLICY} a browser would run nothing that slipped through. The page tells no more
 * than {@link Paths#RUNS} and {@link Paths#RUN} do.
 */
public final class StatusPage {
    /** Its media type. */
    public static final String TYPE = "text/html; charset=utf-8";

    /** Its {@code Content-Security-Policy}: styles of its own, and nothing else from anywhere. */
    public static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private static final int RUNS_SHOWN = 100;
    private static final int CLIENTS_SHOWN = 100;
    private static final int REFRESH_SECONDS = 5;

    private static final String PAGE =
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="refresh" content="%d">
            <meta name="viewport" content="width=device-width">
            <title>Tributary</title>
            <style>
            body { font-family: system-ui, sans-serif; margin: 2em; color: #1f2328; }
            table { border-collapse: collapse; }
            th, td { text-align: left; padding: 0.3em 1.2em 0.3em 0; border-bottom: 1px solid #d8dee4; }
            svg { max-width: 100%%; height: auto; }
            </style>
            </head>
            <body>
            <h1>Tributary %s</h1>
            %s
            <p><a href="%s">all runs as JSON</a> · <a href="%s">metrics</a> · <a href="%s">health</a></p>
            </body>
            </html>
            """;

    private StatusPage() {}

    /**
     * The page.
     *
     * @param notice why not all runs are there yet; empty once they are
     * @param runs all runs, oldest first; the newest are shown
     * @param details those of them that are shown with their clients and curves
     */
    public static String of(String notice, List<RunStatus> runs, List<RunStatus> details) {
        String body =
                runs.isEmpty() ? none(notice) : told(notice) + overview(runs) + sections(details);
        return PAGE.formatted(
                REFRESH_SECONDS,
                Format.escaped(Versions.tributary()),
                body,
                Paths.RUNS,
                Paths.METRICS,
                Paths.HEALTH);
    }

    private static String none(String notice) {
        return notice.isEmpty()
                ? "<p>No run yet: <code>tributary run submit run.yaml</code> hands one in.</p>"
                : told(notice);
    }

    private static String told(String notice) {
        return notice.isEmpty() ? "" : "<p>" + Format.escaped(notice) + "</p>\n";
    }

    private static String sections(List<RunStatus> details) {
        return details.stream().map(StatusPage::section).collect(joining());
    }

    private static String overview(List<RunStatus> runs) {
        List<RunStatus> newest =
                new ArrayList<>(runs.subList(Math.max(0, runs.size() - RUNS_SHOWN), runs.size()));
        Collections.reverse(newest);
        String rows = newest.stream().map(StatusPage::row).collect(joining());
        String left =
                newest.size() < runs.size() ? "<p>The newest of " + runs.size() + ".</p>" : "";
        return table(List.of("run", "state", "round", "reached", "model", "data set"), rows) + left;
    }

    private static String row(RunStatus run) {
        String link =
                "<a href=\"%s\">%s</a>"
                        .formatted(
                                Format.escaped(Paths.run(run.runId())),
                                Format.escaped(run.runId()));
        return "<tr><td>%s</td>%s</tr>\n"
                .formatted(
                        link,
                        cells(
                                word(run.state()),
                                "%d of %d".formatted(rounds(run), run.rounds()),
                                run.history().isEmpty() ? "-" : Evaluations.reached(run.history()),
                                run.model(),
                                Objects.requireNonNullElse(run.dataset(), "-")));
    }

    /** The one under way; of a run that has ended those that made a model, as the server says. */
    private static int rounds(RunStatus run) {
        return run.ended() ? run.modelVersion() : run.round();
    }

    private static String section(RunStatus run) {
        String chart =
                run.history().isEmpty()
                        ? ""
                        : SvgChart.draw(Chart.ofRun(run.runId(), run.model(), run.history()));
        return "<h2>%s</h2>\n<p>%s</p>\n%s%s"
                .formatted(
                        Format.escaped(run.runId()),
                        Format.escaped(run.message()),
                        chart,
                        clients(run.clients()));
    }

    private static String clients(List<ClientStatus> clients) {
        if (clients.isEmpty()) {
            return "";
        }
        Map<ClientPhase, Long> phases =
                clients.stream().collect(groupingBy(ClientStatus::phase, TreeMap::new, counting()));
        String counts =
                phases.entrySet().stream()
                        .map(phase -> phase.getValue() + " " + word(phase.getKey()))
                        .collect(joining(", "));
        String rows = clients.stream().limit(CLIENTS_SHOWN).map(StatusPage::row).collect(joining());
        String left = clients.size() > CLIENTS_SHOWN ? "; the first " + CLIENTS_SHOWN : "";
        return "<h3>%d clients: %s%s</h3>\n".formatted(clients.size(), counts, left)
                + table(List.of("client", "phase", "examples", "training loss"), rows);
    }

    private static String row(ClientStatus client) {
        return "<tr>%s</tr>\n"
                .formatted(
                        cells(
                                client.clientId(),
                                word(client.phase()),
                                Format.count(client.exampleCount()),
                                client.loss() == 0 ? "-" : Format.metric(client.loss())));
    }

    private static String table(List<String> header, String rows) {
        String names = header.stream().map(name -> "<th>" + name + "</th>").collect(joining());
        return "<table>\n<tr>%s</tr>\n%s</table>\n".formatted(names, rows);
    }

    private static String cells(String... texts) {
        return Stream.of(texts)
                .map(text -> "<td>" + Format.escaped(text) + "</td>")
                .collect(joining());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
