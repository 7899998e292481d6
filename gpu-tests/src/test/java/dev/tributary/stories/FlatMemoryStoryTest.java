package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.protocol.RunStatus;
import dev.tributary.testkit.LiveArrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a round leaves behind in the engine, on both sides: nothing. */
@Timeout(240)
class FlatMemoryStoryTest {
    private static final int ROUNDS = 200;

    @TempDir private Path runs;

    /**
     * Counts change while rounds go on, so the smallest count of many samples is compared: a leak
     * of one array a round would raise it by a hundred.
     */
    @Test
    void arraysOfServerAndAgentsStayAsManyOverTwoHundredRounds() throws Exception {
        try (SmallFederation federation =
                new SmallFederation(SmallFederation.run(4, ROUNDS).build(), runs)) {
            for (int i = 0; i < 4; i++) {
                federation.agent(i);
            }
            CompletableFuture<RunStatus> end = federation.server().end();
            int early = Integer.MAX_VALUE;
            int late = Integer.MAX_VALUE;
            int samples = 0;
            while (!endsWithin(end, 5)) {
                int round = federation.server().status().round();
                int alive = LiveArrays.count();
                if (round >= 20 && round < 60) {
                    early = Math.min(early, alive);
                } else if (round >= ROUNDS - 40) {
                    late = Math.min(late, alive);
                    samples++;
                }
            }
            assertThat(end.get().state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(samples).isGreaterThan(10);
            assertThat(late).as("alive late, %d early", early).isLessThanOrEqualTo(early + 4);
        }
    }

    private static boolean endsWithin(CompletableFuture<RunStatus> end, long millis)
            throws Exception {
        try {
            end.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }
}
