package dev.tributary.server.round;

import static dev.tributary.server.round.MachineFixture.buffered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Updates of an asynchronous run that come while the model moves, and wait until it has.
 *
 * <pre>
 * What should happen:
 *  1. An update that comes while the model moves counts in the next round.
 *  2. A run that stops makes a step of what waits, if it is enough.
 *
 * What should not happen:
 *  1. Updates that wait pile up, count twice, or are forgotten.
 *  2. A run that stops goes on for ever.
 * </pre>
 */
@Timeout(30)
final class ParkingTest {
    @TempDir private Path directory;

    private MachineFixture start(int buffer, String... clients) {
        return new MachineFixture(directory, buffered(buffer)).register(clients);
    }

    /** One client's update is in, and the model moves when the test says so. */
    private MachineFixture moving() {
        MachineFixture run = start(1, "a", "b");
        run.task("a");
        run.task("b");
        run.model.patient = true;
        run.update("a", 1);
        assertThat(run.phase()).isInstanceOf(Aggregating.class);
        return run;
    }

    private static CompletableFuture<UpdateReceipt> park(MachineFixture run, String checksum) {
        return run.offer(run.spooled("b", 1, MachineFixture.EXAMPLES, 1, checksum));
    }

    @Test
    void updateThatComesWhileTheModelMovesCountsInTheNextRound() {
        MachineFixture run = moving();
        CompletableFuture<UpdateReceipt> waits = park(run, "00000000");
        assertThat(waits).isNotDone();
        run.complete();
        run.complete();
        assertThat(waits.join().outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.phase().round()).isEqualTo(2);
    }

    @Test
    void updateThatWaitsJoinsItsTwinAndIsInConflictWithOthers() {
        MachineFixture run = moving();
        CompletableFuture<UpdateReceipt> first = park(run, "00000000");
        CompletableFuture<UpdateReceipt> twin = park(run, "00000000");
        assertThat(park(run, "00000001").join().code()).isEqualTo(ErrorCode.CONFLICTING_UPDATE);
        assertThat(first).isNotDone();
        assertThat(twin).isNotDone();
        run.complete();
        run.complete();
        assertThat(first.join().duplicate()).isFalse();
        assertThat(twin.join().duplicate()).isTrue();
        assertThat(run.model.orders).containsOnlyOnce("fold b");
    }

    @Test
    void updateThatWaitsHasAPlaceOrIsRefused() {
        MachineFixture run = moving();
        run.model.full = true;
        assertThatThrownBy(() -> park(run, "00000000"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        run.model.full = false;
        CompletableFuture<UpdateReceipt> waits = park(run, "00000000");
        run.model.full = true;
        run.complete();
        run.complete();
        assertThat(waits.join().outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void updateThatWaitsDoesNotExpire() {
        MachineFixture run = moving();
        CompletableFuture<UpdateReceipt> waits = park(run, "00000000");
        run.pass(MachineFixture.DEADLINE.multipliedBy(2));
        run.complete();
        run.complete();
        assertThat(waits.join().outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void updateThatWaitsCountsThoughItsClientLeaves() {
        MachineFixture run = moving();
        CompletableFuture<UpdateReceipt> waits = park(run, "00000000");
        run.leave("b");
        run.complete();
        run.complete();
        assertThat(waits.join().outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void updateThatWaitsIsInTheModelOfARunThatStops() {
        for (boolean central : List.of(false, true)) {
            MachineFixture run =
                    new MachineFixture(
                                    directory,
                                    buffered(1).toBuilder()
                                            .evaluation(new EvaluationConfig(central, false, 1))
                                            .build())
                            .register("a", "b");
            run.task("a");
            run.task("b");
            run.model.patient = true;
            run.update("a", 1);
            CompletableFuture<UpdateReceipt> waits = park(run, "00000000");
            run.machine.stop("enough");
            run.model.patient = false;
            run.complete();
            assertThat(waits.join().outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.STOPPED);
            assertThat(run.machine.status().modelVersion()).isEqualTo(2);
        }
    }

    @Test
    void runThatStopsTakesNothingMoreThatWouldHaveToWait() {
        MachineFixture run = moving();
        run.machine.stop("enough");
        assertThat(park(run, "00000000").join().code()).isEqualTo(ErrorCode.LATE);
        run.model.patient = false;
        run.complete();
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
    }

    @Test
    void updatesThatAreTooFewForAStepAreNotToldToCountWhenTheRunStops() {
        RunConfig two =
                buffered(2).toBuilder()
                        .cohort(
                                CohortConfig.of(3)
                                        .withMinimum(2)
                                        .withWaitFor(3)
                                        .withDeadline(MachineFixture.DEADLINE))
                        .build();
        MachineFixture run = new MachineFixture(directory, two).register("a", "b", "c");
        run.model.patient = true;
        run.update("a", 1);
        run.update("c", 1);
        assertThat(run.phase()).isInstanceOf(Aggregating.class);
        CompletableFuture<UpdateReceipt> waits = park(run, "00000000");
        run.machine.stop("enough");
        run.model.patient = false;
        run.complete();
        assertThat(waits.join().code()).isEqualTo(ErrorCode.LATE);
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
        assertThat(run.model.orders).contains("cancel");
    }

    @Test
    void updateThatWaitsWhenTheRunEndsIsCountedAsDiscarded() {
        MachineFixture run = moving();
        CompletableFuture<UpdateReceipt> waits = park(run, "00000000");
        run.model.publishFailure = new IllegalStateException("no");
        run.complete();
        run.complete();
        assertThat(waits.join().code()).isEqualTo(ErrorCode.LATE);
        assertThat(run.metrics.updates(Outcome.DISCARDED)).isEqualTo(1);
        assertThat(run.model.orders).contains("cancel");
    }
}
