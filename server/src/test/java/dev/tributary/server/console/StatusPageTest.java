package dev.tributary.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientStatus;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

class StatusPageTest {
    private static final String HOSTILE = "<script>alert('&\"')</script>";
    private static final String HARMLESS = "&lt;script&gt;alert('&amp;&quot;')&lt;/script&gt;";

    @Test
    void runsAreALineEachAndThoseThatGoOnHaveTheirCurvesAndClients() {
        RunStatus old = run("old", List.of(), List.of(round(3, 0.9)));
        RunStatus open =
                run(
                        "open",
                        List.of(
                                client("a", ClientPhase.TRAINING),
                                client("b", ClientPhase.WAITING),
                                client("c", ClientPhase.TRAINING)),
                        List.of(round(1, 0.5), round(2, 0.75)));
        String page = StatusPage.of("", List.of(old.brief(), open.brief()), List.of(open));

        assertThat(page)
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n")
                .contains("<meta http-equiv=\"refresh\"")
                .contains("<a href=\"/v1/runs/old\">old</a>")
                .contains("<td>running</td><td>3 of 4</td><td>accuracy 0.7500, loss 0.2500</td>")
                .contains("<h3>3 clients: 1 waiting, 2 training</h3>")
                .contains("<td>b</td><td>waiting</td><td>1,200</td><td>0.1250</td>");
        assertThat(page.indexOf(">open</a>"))
                .as("newest first")
                .isLessThan(page.indexOf(">old</a>"));
        assertThat(page.split("<svg", -1)).hasSize(2);
    }

    @Test
    void nothingThatComesFromOutsideIsMarkup() {
        RunStatus run =
                run(HOSTILE, List.of(client(HOSTILE, ClientPhase.WAITING)), List.of(round(1, 0.5)));
        String page = StatusPage.of("", List.of(run), List.of(run));

        assertThat(page).doesNotContain("<script").contains(HARMLESS);
        // Title and heading, link and its text, message, model, data set, client; and in the chart.
        assertThat(page.split(Pattern.quote(HARMLESS), -1)).hasSizeGreaterThan(7);
        assertThat(page).contains("<a href=\"/v1/runs/" + HARMLESS + "\">");
    }

    @Test
    void roundThatAStopHasEndedIsNotCounted() {
        RunStatus stopped =
                run(
                        "stopped",
                        RunStatus.State.STOPPED,
                        List.of(),
                        List.of(round(1, 0.5), round(2, 0.75)));
        assertThat(StatusPage.of("", List.of(stopped), List.of()))
                .contains("<td>stopped</td><td>2 of 4</td>");
    }

    @Test
    void serverWithoutARunSaysHowToBegin() {
        assertThat(StatusPage.of("", List.of(), List.of()))
                .contains("tributary run submit")
                .contains("href=\"/v1/runs\"", "href=\"/metrics\"", "href=\"/v1/health\"")
                .doesNotContain("<table>");
    }

    @Test
    void serverThatHasJustStartedSaysThatThereWillBeMore() {
        assertThat(StatusPage.of("taking up the run", List.of(), List.of()))
                .contains("<p>taking up the run</p>")
                .doesNotContain("tributary run submit");
        RunStatus run = run("open", List.of(), List.of());
        assertThat(StatusPage.of("taking up runs: 2", List.of(run), List.of()))
                .contains("<p>taking up runs: 2</p>", ">open</a>");
    }

    @Test
    void pageStaysSmallHoweverManyRunsAndClientsThereAre() {
        List<ClientStatus> clients =
                IntStream.range(0, 10_000)
                        .mapToObj(i -> client("client-" + i, ClientPhase.WAITING))
                        .toList();
        RunStatus run = run("crowd", clients, List.of());
        String page = StatusPage.of("", Collections.nCopies(5_000, run.brief()), List.of(run));

        assertThat(page)
                .contains("10000 clients: 10000 waiting; the first 100")
                .contains("The newest of 5000.")
                .doesNotContain("<svg")
                .hasSizeLessThan(60_000);
    }

    private static ClientStatus client(String id, ClientPhase phase) {
        return new ClientStatus(id, phase, 0.5, 0.125, 1_200, 0, 0);
    }

    private static RoundMetrics round(int round, double accuracy) {
        return new RoundMetrics(
                round, round, 2, 2, 0, 0, 0.5, accuracy, 1 - accuracy, null, null, 1, 1, 1, 1);
    }

    private static RunStatus run(
            String id, List<ClientStatus> clients, List<RoundMetrics> history) {
        return run(id, RunStatus.State.RUNNING, clients, history);
    }

    private static RunStatus run(
            String id,
            RunStatus.State state,
            List<ClientStatus> clients,
            List<RoundMetrics> history) {
        String outside = id.equals(HOSTILE) ? HOSTILE : "";
        return new RunStatus(
                id,
                state,
                outside,
                3,
                4,
                history.size(),
                "mlp" + outside,
                "digits" + outside,
                199_210,
                "cpu",
                2,
                1,
                12.5,
                1,
                1,
                null,
                clients,
                history,
                List.of());
    }
}
