package dev.tributary.cli.display;

import static dev.tributary.testkit.RunStatuses.client;
import static dev.tributary.testkit.RunStatuses.evaluatedByClients;
import static dev.tributary.testkit.RunStatuses.event;
import static dev.tributary.testkit.RunStatuses.round;
import static dev.tributary.testkit.RunStatuses.running;
import static dev.tributary.testkit.RunStatuses.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.cli.Terminal;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

class DisplayTest {
    private static final Terminal TERMINAL = new Terminal(true, false, false, 60, 24);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    private long nanos;

    @Test
    void plainDisplayPrintsEachRoundAndEachWarningOnce() {
        RunEvent info = event(1, RunEvent.Level.INFO, "2 clients are here");
        RunEvent warning = event(2, RunEvent.Level.WARNING, "client-1 is gone");
        try (FederationDisplay display = new PlainDisplay(out)) {
            display.note("starting 2 agents");
            display.update(running(List.of(), List.of(info)));
            display.update(running(List.of(), List.of(info, warning)));
            display.update(running(List.of(), List.of(info, warning)));
            display.update(
                    status(
                            RunStatus.State.FINISHED,
                            "all rounds done",
                            4,
                            List.of(),
                            List.of(round(2, 0.9, 0.4), round(3, 0.95, 0.2)),
                            List.of(warning)));
        }

        assertThat(printed().lines())
                .containsExactly(
                        "starting 2 agents",
                        "run digits-1: mlp, 199,210 parameters, cpu, up to 4 rounds",
                        "round 0/4  accuracy 0.1000  loss 2.3000  3.5 s",
                        "round 1/4  accuracy 0.5000  loss 1.2000  train loss 0.6000"
                                + "  2/2 updates  1.59 MB up  1.59 MB down  3.5 s",
                        "round 2/4  accuracy 0.9000  loss 0.4000  train loss 0.2000"
                                + "  2/2 updates  1.59 MB up  1.59 MB down  3.5 s",
                        "warning after 3.0 s: client-1 is gone",
                        "round 3/4  accuracy 0.9500  loss 0.2000  train loss 0.1000"
                                + "  2/2 updates  1.59 MB up  1.59 MB down  3.5 s",
                        "finished after 12.5 s: all rounds done");
    }

    @Test
    void whyARunFailedIsToldOnce() {
        RunEvent error = event(1, RunEvent.Level.ERROR, "the run failed: no client is left");
        try (FederationDisplay display = new PlainDisplay(out)) {
            display.update(
                    status(
                            RunStatus.State.FAILED,
                            "no client is left",
                            0,
                            List.of(),
                            List.of(),
                            List.of(error)));
        }
        assertThat(printed().lines())
                .endsWith(
                        "error after 1.5 s: the run failed: no client is left",
                        "failed after 12.5 s");
    }

    @Test
    void withoutATestSetTheClientsEvaluationIsShown() {
        assertThat(PlainLines.round(evaluatedByClients(7, null, 0.5), 10))
                .isEqualTo(
                        "round  7/10  loss 0.5000  2/4 updates  1 rejected  1 discarded"
                                + "  797 kB up  797 kB down  1.5 s");
        Map<String, Double> rare = Map.of("auc", 0.875, "majority", 0.99);
        assertThat(
                        PlainLines.round(
                                evaluatedByClients(10, 0.99, 0.5).withMeasures(Map.of(), rare), 10))
                .startsWith("round 10/10  AUC 0.8750  loss 0.5000");
        assertThat(PlainLines.round(evaluatedByClients(10, 0.75, 0.5), 10))
                .startsWith("round 10/10  accuracy 0.7500  loss 0.5000");
    }

    @Test
    void liveDisplayRedrawsInPlaceAtMostTenTimesASecond() {
        LiveDisplay display = live();
        display.update(running(List.of(), List.of()));
        int first = printed().length();
        nanos = 99_000_000;
        display.update(running(List.of(client("late", ClientPhase.TRAINING, 0)), List.of()));
        assertThat(printed()).hasSize(first);

        nanos = 100_000_000;
        display.update(running(List.of(client("later", ClientPhase.TRAINING, 0)), List.of()));
        assertThat(printed().substring(first))
                .startsWith("\u001b[6A\r\u001b[?7l")
                .contains("later");
    }

    @Test
    void endOfTheRunIsShownAtOnce() {
        LiveDisplay display = live();
        display.update(running(List.of(), List.of()));
        display.update(
                status(RunStatus.State.STOPPED, "by hand", 3, List.of(), List.of(), List.of()));
        assertThat(printed()).contains("stopped in round 3 of 4");
    }

    @Test
    void notesStayAboveTheFrame() {
        LiveDisplay display = live();
        display.update(running(List.of(), List.of()));
        display.note("agent 3 restarts");
        assertThat(printed().substring(printed().indexOf("\u001b[6A")))
                .startsWith("\u001b[6A\ragent 3 restarts\u001b[K\n\u001b[?7ldigits-1, mlp");
    }

    @Test
    void warningStaysAboveTheFrameInFullAndOnce() {
        String reason = "no update of client-0: " + "expected finite numbers, ".repeat(4);
        List<RunEvent> events = List.of(event(1, RunEvent.Level.WARNING, reason));
        try (LiveDisplay display = live()) {
            display.update(running(List.of(), List.of()));
            display.update(running(List.of(), events));
            assertThat(printed()).doesNotContain(reason);
            nanos = 100_000_000;
            display.update(running(List.of(), events));
        }
        assertThat(printed())
                .containsOnlyOnce("client-0")
                .contains(reason + "\u001b[K\n\u001b[?7l");
    }

    @Test
    void closingShowsTheNewestSnapshotOnceAndLeavesTheTerminalAsItWas() {
        LiveDisplay display = live();
        display.update(running(List.of(), List.of()));
        display.update(running(List.of(client("newest", ClientPhase.DONE, 1)), List.of()));
        display.close();
        String closed = printed();
        assertThat(closed).contains("newest").endsWith("\u001b[J\u001b[?7h");

        display.close();
        display.update(running(List.of(), List.of()));
        assertThat(printed()).isEqualTo(closed);
    }

    @Test
    void onlyATerminalGetsTheLiveDisplay() {
        assertThat(FederationDisplay.of(TERMINAL, out)).isInstanceOf(LiveDisplay.class);
        assertThat(FederationDisplay.of(new Terminal(false, false, true, 80, 24), out))
                .isInstanceOf(PlainDisplay.class);
    }

    private LiveDisplay live() {
        return new LiveDisplay(TERMINAL, out, () -> nanos);
    }

    private String printed() {
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
