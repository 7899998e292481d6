package dev.tributary.cli.display;

import static dev.tributary.testkit.RunStatuses.client;
import static dev.tributary.testkit.RunStatuses.event;
import static dev.tributary.testkit.RunStatuses.running;
import static dev.tributary.testkit.RunStatuses.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.cli.Terminal;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientStatus;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

class LiveFrameTest {
    private static final ClientPhase BUSY = ClientPhase.TRAINING;
    private static final Terminal TALL = new Terminal(true, false, true, 92, 60);
    private static final RunStatus RUNNING =
            running(
                    List.of(
                            client("client-0", ClientPhase.TRAINING, 0.5),
                            client("client-1", ClientPhase.DONE, 0)),
                    List.of(
                            event(1, RunEvent.Level.INFO, "2 clients are here"),
                            event(2, RunEvent.Level.INFO, "client-0 is back")));

    @Test
    void runningRunShowsRoundsClientsMetricsAndEvents() {
        assertThat(lines(RUNNING, new Terminal(true, false, true, 92, 24)))
                .containsExactly(
                        "digits-1 · mlp, 199,210 parameters · cpu",
                        "round 3 of 4  ███████████████████████████░░░░░░░░░░░░░   69 %"
                                + "  12.5 s, about 5.7 s left",
                        "1 of 2 updates in   ↑ 3.98 MB   ↓ 4.78 MB",
                        "",
                        "client-0  training     ████████████░░░░░░░░░░░░   50 %  loss 0.2500"
                                + "    ↑  797 kB  ↓ 1.59 MB",
                        "client-1  done         ████████████████████████  100 %  loss 0.2500"
                                + "    ↑  797 kB  ↓ 1.59 MB",
                        "",
                        "accuracy 0.9000 ▁▅█   loss 0.4000 █▄▁",
                        "",
                        "  1.5 s  2 clients are here",
                        "  3.0 s  client-0 is back");
    }

    @Test
    void narrowAsciiTerminalKeepsWhatMatters() {
        assertThat(lines(RUNNING, new Terminal(true, false, false, 60, 24)))
                .containsExactly(
                        "digits-1, mlp, 199,210 parameters, cpu",
                        "round 3 of 4  ######....   69 %  12.5 s, about 5.7 s left",
                        "1 of 2 updates in   up 3.98 MB   down 4.78 MB",
                        "",
                        "client-0  training     ####....   50 %  loss 0.2500",
                        "client-1  done         ########  100 %  loss 0.2500",
                        "",
                        "accuracy 0.9000    loss 0.4000",
                        "",
                        "  1.5 s  2 clients are here",
                        "  3.0 s  client-0 is back");
    }

    @Test
    void colorsChangeNothingElse() {
        List<String> plain = lines(RUNNING, new Terminal(true, false, true, 92, 24));
        List<String> colored = lines(RUNNING, new Terminal(true, true, true, 92, 24));

        assertThat(colored).isNotEqualTo(plain);
        assertThat(colored.stream().map(line -> line.replaceAll("\u001b\\[\\d+m", "")).toList())
                .isEqualTo(plain);
    }

    @Test
    void waitingRunSaysForWhatItWaits() {
        RunStatus waiting =
                status(
                        RunStatus.State.WAITING,
                        "2 of 4 clients are here",
                        0,
                        List.of(client("client-0", ClientPhase.WAITING, 0)),
                        List.of(),
                        List.of());
        assertThat(lines(waiting, new Terminal(true, false, true, 92, 24)))
                .startsWith(
                        "digits-1 · mlp, 199,210 parameters · cpu",
                        "waiting  2 of 4 clients are here")
                .last()
                .isEqualTo(
                        "client-0  waiting      ░░░░░░░░░░░░░░░░░░░░░░░░                    "
                                + "    ↑  797 kB  ↓ 1.59 MB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FINISHED", "FAILED", "STOPPED"})
    void endedRunSaysHowItEnded(RunStatus.State state) {
        RunStatus ended = status(state, "all is said", 4, List.of(), List.of(), List.of());
        assertThat(lines(ended, new Terminal(true, false, true, 92, 24)).get(1))
                .isEqualTo(
                        state.name().toLowerCase(Locale.ROOT)
                                + " in round 4 of 4 after 12.5 s: all is said");
    }

    @Test
    void ofManyClientsTheBusyOnesAreShownInTheOrderOfTheirNames() {
        List<ClientStatus> clients =
                IntStream.range(0, 30)
                        .mapToObj(i -> client("c" + i, i % 5 == 1 ? BUSY : ClientPhase.DONE, 0.5))
                        .toList();
        List<String> lines = lines(running(clients, List.of()), TALL);

        List<String> names = lines.stream().filter(line -> line.startsWith("c")).toList();
        assertThat(names)
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly(
                        "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c11", "c16", "c21", "c26");
        assertThat(lines).contains("+ 18 more");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 16, 24, 25})
    void frameFitsTheTerminalWithARowToSpare(int height) {
        List<ClientStatus> clients =
                IntStream.range(0, 30).mapToObj(i -> client("c" + i, BUSY, 0.5)).toList();
        List<RunEvent> events =
                IntStream.range(1, 9)
                        .mapToObj(i -> event(i, RunEvent.Level.INFO, "event " + i))
                        .toList();
        Terminal terminal = new Terminal(true, false, true, 60, height);
        List<String> lines = lines(running(clients, events), terminal);

        assertThat(lines).hasSizeLessThan(Math.max(height, 13));
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
    }

    @Test
    void whatClientsSendCannotSteerTheTerminal() {
        RunStatus hostile =
                running(
                        List.of(client("evil\u001b[2J", BUSY, 0.5)),
                        List.of(event(1, RunEvent.Level.INFO, "found \u001b]0;title\u0007")));
        assertThat(String.join("", lines(hostile, TALL)))
                .contains("evil?[2J", "found ?]0;title?")
                .doesNotContain("\u001b", "\u0007");
    }

    private static List<String> lines(RunStatus status, Terminal terminal) {
        return new LiveFrame(terminal).lines(status);
    }
}
