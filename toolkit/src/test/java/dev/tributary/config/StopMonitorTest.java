package dev.tributary.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.config.StopConfig.Plateau;
import dev.tributary.config.StopMonitor.Verdict;
import dev.tributary.evaluation.EvaluationResult;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;

class StopMonitorTest {
    private static final StopConfig NEVER = StopConfig.never();

    /** Of 100 examples. */
    private static EvaluationResult result(int correct, double meanLoss) {
        return new EvaluationResult(100, 100 * meanLoss, correct);
    }

    private static Optional<Verdict> after(StopMonitor monitor, int correct, double meanLoss) {
        return monitor.after(result(correct, meanLoss), 0);
    }

    @Test
    void nothingEndsARunThatAsksForNothing() {
        StopMonitor monitor = new StopMonitor(NEVER, true);
        assertThat(after(monitor, 100, 0)).isEmpty();
        assertThat(after(monitor, 0, Double.NaN)).isEmpty();
        assertThat(monitor.after(null, 1e9)).isEmpty();
    }

    @Test
    void plateauCountsEvaluationsWithoutImprovement() {
        StopMonitor monitor = new StopMonitor(NEVER.withPlateau(new Plateau(3, 0.05)), true);
        assertThat(after(monitor, 50, 1)).isEmpty();
        assertThat(after(monitor, 54, 1)).isEmpty();
        assertThat(after(monitor, 55, 1)).isEmpty();
        assertThat(after(monitor, 56, 1)).isEmpty();
        assertThat(after(monitor, 50, 0.1)).isEmpty();
        assertThat(after(monitor, 61, 0.1)).isEmpty();
        assertThat(after(monitor, 60, 0.1))
                .contains(new Verdict(true, "no better accuracy than 0.5600 in 3 evaluations"));
    }

    @Test
    void plateauOfARegressionIsOneOfItsLoss() {
        StopMonitor monitor = new StopMonitor(NEVER.withPlateau(new Plateau(1, 0)), false);
        assertThat(after(monitor, 0, 2)).isEmpty();
        assertThat(after(monitor, 0, 1)).isEmpty();
        assertThat(after(monitor, 99, 1))
                .contains(new Verdict(true, "no better loss than 1.0000 in 1 evaluations"));
    }

    @Test
    void divergenceFailsTheRunAgainstTheBestLossSoFar() {
        StopMonitor monitor = new StopMonitor(NEVER.withDivergence(2), true);
        assertThat(after(monitor, 10, 3)).isEmpty();
        assertThat(after(monitor, 10, 1)).isEmpty();
        assertThat(after(monitor, 10, 2)).isEmpty();
        assertThat(after(monitor, 10, 2.5).map(Verdict::succeeded)).contains(false);
    }

    @Test
    void lossThatIsNotFiniteIsDivergence() {
        for (double loss : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            StopMonitor monitor = new StopMonitor(NEVER.withDivergence(10), true);
            assertThat(after(monitor, 10, loss).map(Verdict::reason))
                    .hasValueSatisfying(reason -> assertThat(reason).startsWith("diverged: loss"));
        }
    }

    @Test
    void timeIsUpAfterTheRoundThatPassesIt() {
        StopMonitor monitor = new StopMonitor(NEVER.withWallTime(Duration.ofSeconds(90)), true);
        assertThat(monitor.after(null, 89.9)).isEmpty();
        assertThat(monitor.after(null, 90)).contains(new Verdict(true, "its time of 90s is up"));
    }

    @Test
    void whatWasWrittenDownBringsItBack() {
        StopConfig config = NEVER.withPlateau(new Plateau(3, 0)).withDivergence(2);
        StopMonitor restarted = new StopMonitor(config, true);
        restarted.recall(null, null);
        restarted.recall(0.5, 1.0);
        restarted.recall(0.5, 1.5);
        restarted.recall(0.4, 1.5);
        assertThat(after(restarted, 45, 1.5).map(Verdict::succeeded)).contains(true);
        assertThat(after(restarted, 60, 2.1).map(Verdict::succeeded)).contains(false);
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> new Plateau(0, 0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> NEVER.withDivergence(1)).hasMessageContaining("above 1");
        assertThatThrownBy(() -> NEVER.withWallTime(Duration.ZERO)).hasMessageContaining("above 0");
    }
}
