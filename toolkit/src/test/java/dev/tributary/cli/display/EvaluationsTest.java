package dev.tributary.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.cli.Terminal;
import dev.tributary.cli.chart.Chart;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.testkit.RunStatuses;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Where clients have models of their own, those come first, and what is global says so. */
class EvaluationsTest {
    private static final List<RoundMetrics> PERSONAL =
            List.of(
                    RunStatuses.round(0, 0.1, 2.3),
                    RunStatuses.personal(1, 0.9, 0.3),
                    RunStatuses.personal(2, 0.95, 0.2));

    @Test
    void personalModelsComeBeforeTheGlobalOne() {
        assertThat(Evaluations.reached(PERSONAL))
                .isEqualTo(
                        "personal accuracy 0.9500, personal loss 0.0500, global accuracy 0.2000");
        assertThat(Evaluations.values(PERSONAL, Evaluations.of(PERSONAL)::accuracy))
                .containsExactly(0.9, 0.95);
    }

    @Test
    void globalModelIsKnownFromTheClientsWhereTheServerHasNoTestSet() {
        RoundMetrics round = RunStatuses.personal(1, 0.9, 0.3);
        RoundMetrics withoutTestSet = round.withEvaluation(null, null, 0.9, 0.1, 0);
        assertThat(Evaluations.reached(List.of(withoutTestSet)))
                .isEqualTo(
                        "personal accuracy 0.9000, personal loss 0.1000, global accuracy 0.2000");
    }

    @Test
    void allElseIsToldAsBefore() {
        List<RoundMetrics> central = List.of(RunStatuses.round(1, 0.5, 1.2));
        assertThat(Evaluations.reached(central)).isEqualTo("accuracy 0.5000, loss 1.2000");
        assertThat(Evaluations.reached(List.of(RunStatuses.evaluatedByClients(1, null, 0.5))))
                .isEqualTo("loss 0.5000");
        assertThat(Evaluations.reached(List.of())).isEqualTo("no loss was measured");
    }

    @Test
    void terminalShowsThePersonalFigureFirst() {
        assertThat(PlainLines.round(RunStatuses.personal(2, 0.95, 0.2), 10))
                .startsWith(
                        "round  2/10  personal accuracy 0.9500  personal loss 0.0500  global"
                                + " accuracy 0.2000");
        RunStatus status =
                RunStatuses.status(
                        RunStatus.State.RUNNING,
                        "",
                        3,
                        List.of(RunStatuses.client("client-0", ClientPhase.DONE, 0)),
                        PERSONAL,
                        List.of());
        assertThat(new LiveFrame(new Terminal(true, false, false, 120, 24)).lines(status))
                .anyMatch(
                        line ->
                                line.contains("personal accuracy 0.9500")
                                        && line.indexOf("global accuracy 0.2000")
                                                > line.indexOf("personal"));
    }

    @Test
    void chartShowsThePersonalModelsFirst() {
        Chart chart = Chart.ofRun("run", "", PERSONAL);
        assertThat(chart.panels().get(0).series())
                .extracting(Chart.Series::name)
                .containsExactly("personal models", "global model");
        assertThat(chart.panels().get(0).series().get(0).points())
                .containsExactly(new Chart.Point(1, 0.9), new Chart.Point(2, 0.95));
    }
}
