package dev.tributary.agent.demo;

import static dev.tributary.testkit.RunStatuses.round;
import static dev.tributary.testkit.RunStatuses.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

class DemoResultTest {
    @Test
    void finishedDemoSaysWhatComesNext() {
        List<RoundMetrics> history = List.of(round(2, 0.9, 0.4));
        assertThat(result(RunStatus.State.FINISHED, history, 1.5).toText("more"))
                .startsWith("Reached: ")
                .contains("(first round after ")
                .endsWith("Next:    more");
    }

    @Test
    void failedDemoTellsNoRoundThatThereWasNot() {
        assertThat(result(RunStatus.State.FAILED, List.of(), 0).toText("more"))
                .startsWith("Cost:    ")
                .doesNotContain("first round", "Next:");
    }

    private static DemoResult result(
            RunStatus.State state, List<RoundMetrics> history, double firstRoundSeconds) {
        RunStatus status = status(state, "why", 0, List.of(), history, List.of());
        return new DemoResult(status, Path.of("runs", "demo-1"), 3, firstRoundSeconds);
    }
}
