package dev.tributary.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TallyTest {
    @Test
    void runIsNamedWhereItIsAnotherThanBefore() {
        Tally tally = new Tally("site-a", (client, line) -> {}, Timing.system());

        assertThat(tally.inRound(Tasks.ofRun("a", 1), "done")).isEqualTo("round 1: done");
        assertThat(tally.inRound(Tasks.ofRun("a", 2), "done")).isEqualTo("round 2: done");
        assertThat(tally.inRound(Tasks.ofRun("b", 1), "done")).isEqualTo("run b, round 1: done");
        assertThat(tally.inRound(Tasks.ofRun("b", 2), "done")).isEqualTo("round 2: done");
        assertThat(tally.inRound(Tasks.ofRun("a", 3), "done")).isEqualTo("run a, round 3: done");
    }
}
