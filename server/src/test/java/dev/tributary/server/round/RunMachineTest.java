package dev.tributary.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.config.CohortConfig;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The round, moved by hand.
 *
 * <pre>
 * What should happen:
 *  1. The run waits until enough clients have registered.
 *  2. The round closes as soon as enough updates are accepted.
 *  3. At the deadline it closes with the minimum.
 *  4. With fewer it fails, is tried again from the start, and in the end fails the run.
 *  5. A step that fails fails the round.
 *  6. The last round is followed by the result, and everybody is told.
 *
 * What should not happen:
 *  1. An update counts twice, or counts late.
 *  2. A client that was not asked counts.
 *  3. More updates than the round's size count.
 *  4. What a failed attempt accepted counts in the next.
 *  5. A wrong update stops a good one of the same client.
 * </pre>
 */
final class RunMachineTest {
    private static final CohortConfig TWO = CohortConfig.of(2).withMinimum(1).withAttempts(1);

    @TempDir private Path directory;

    private MachineFixture fixture(CohortConfig cohort) {
        return new MachineFixture(directory, MachineFixture.config(cohort));
    }

    @Test
    void runWaitsUntilEnoughClientsHaveRegistered() {
        MachineFixture run = fixture(TWO).register("a");
        assertThat(run.phase()).isInstanceOf(Waiting.class);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.WAITING);
        assertThat(run.machine.status().message()).contains("1 of 2");
        run.register("b");
        assertThat(run.phase()).isInstanceOf(Collecting.class);
        assertThat(run.machine.status().round()).isEqualTo(1);
    }

    @Test
    void roundClosesWhenEnoughUpdatesAreAccepted() {
        MachineFixture run = fixture(TWO).register("a", "b");
        assertThat(run.update("a", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.machine.status().round()).isEqualTo(1);
        assertThat(run.update("b", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.machine.status().round()).isEqualTo(2);
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
        assertThat(run.model.orders).containsExactly("fold a", "fold b", "step", "publish 1");
        assertThat(run.journal.rounds.get(0).trainLoss()).isEqualTo(0.25);
    }

    @Test
    void nextRoundsTaskNamesTheNewVersion() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.task("a").modelVersion()).isEqualTo(1);
        assertThat(run.task("a").round()).isEqualTo(2);
    }

    @Test
    void deadlineClosesTheRoundWithTheMinimum() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.update("b", 1);
        run.pass(MachineFixture.DEADLINE.minusNanos(1));
        assertThat(run.machine.status().round()).isEqualTo(1);
        run.pass(Duration.ofNanos(1));
        assertThat(run.journal.rounds).hasSize(1);
        assertThat(run.journal.rounds.get(0).accepted()).isEqualTo(1);
        assertThat(run.eventsOf(Level.WARNING)).singleElement().asString().contains("[a]");
    }

    @Test
    void roundBelowItsMinimumIsTriedAgainFromTheStart() {
        MachineFixture run = fixture(CohortConfig.of(2).withMinimum(2).withAttempts(1));
        run.register("a", "b");
        run.update("a", 1);
        run.pass(MachineFixture.DEADLINE);
        assertThat(run.model.orders).containsExactly("fold a", "reset");
        run.hear("a");
        run.hear("b");
        assertThat(run.phase()).isInstanceOf(Collecting.class);
        assertThat(run.machine.status().accepted()).isZero();
        assertThat(run.hasTask("a")).isTrue();
        assertThat(run.update("a", 1).duplicate()).isFalse();
        run.update("b", 1);
        assertThat(run.journal.rounds.get(0).accepted()).isEqualTo(2);
    }

    @Test
    void runFailsWhenTheAttemptsAreUsedUp() {
        MachineFixture run = fixture(CohortConfig.of(2).withMinimum(2).withAttempts(1));
        run.register("a", "b");
        run.pass(MachineFixture.DEADLINE);
        run.pass(MachineFixture.DEADLINE);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FAILED);
        assertThat(run.machine.status().message())
                .contains("attempt 2 at round 1", "expected at least 2");
        assertThat(run.model.orders).contains("save 0");
    }

    @Test
    void overSelectionTakesTheFirstAndDiscardsTheRest() {
        MachineFixture run = fixture(TWO.withOverSelection(1).withWaitFor(3));
        run.register("a", "b", "c");
        assertThat(run.machine.status().cohort()).isEqualTo(3);
        run.model.patient = true;
        run.update("c", 1);
        run.update("a", 1);
        assertThat(run.update("b", 1).outcome()).isEqualTo(Outcome.DISCARDED);
        assertThat(run.model.orders).containsExactly("fold c", "fold a", "step");
        run.complete();
        run.complete();
        assertThat(run.journal.rounds.get(0).discarded()).isEqualTo(1);
    }

    @Test
    void enoughUpdatesBeforeTheMachineLooksAreEnough() {
        MachineFixture run = fixture(TWO.withOverSelection(1).withWaitFor(3));
        run.register("a", "b", "c");
        CompletableFuture<UpdateReceipt> first = run.machine.offer(run.spooled("a", 1, 1, 1));
        CompletableFuture<UpdateReceipt> second = run.machine.offer(run.spooled("b", 1, 1, 1));
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        assertThat(run.machine.offer(run.spooled("c", 1, 1, 1)).join().outcome())
                .isEqualTo(Outcome.DISCARDED);
    }

    @Test
    void sameUpdateTwiceCountsOnce() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.update("a", 1);
        assertThat(run.update("a", 1).duplicate()).isTrue();
        assertThat(run.machine.status().accepted()).isEqualTo(1);
        assertThat(run.model.folded).hasSize(1);
        run.update("b", 1);
        assertThat(run.update("b", 1).duplicate()).isTrue();
    }

    @Test
    void lateUpdateIsDiscardedNotRejected() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.update("b", 1);
        run.pass(MachineFixture.DEADLINE);
        run.hear("b");
        assertThat(run.machine.status().round()).isEqualTo(2);
        assertThat(run.update("a", 1).code()).isEqualTo(ErrorCode.LATE);
        assertThat(run.update("a", 1).outcome()).isEqualTo(Outcome.DISCARDED);
    }

    @Test
    void updateOfARoundToComeIsRejected() {
        MachineFixture run = fixture(TWO).register("a", "b");
        assertThat(run.update("a", 2).code()).isEqualTo(ErrorCode.WRONG_ROUND);
        assertThat(run.update("a", 0).code()).isEqualTo(ErrorCode.WRONG_ROUND);
    }

    @Test
    void moreClientsThanTheDataHasSharesAreToldAtTheStartAndWaitedFor() {
        MachineFixture run = fixture(CohortConfig.of(MachineFixture.MOST_CLIENTS + 1));
        assertThat(run.eventsOf(Level.WARNING))
                .singleElement()
                .satisfies(
                        line ->
                                assertThat(line)
                                        .contains("12 by data.partition.clients", "found 13"));
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.WAITING);
    }

    @Test
    void clientThatWasNotAskedDoesNotCount() {
        MachineFixture run = fixture(TWO.withWaitFor(3)).register("a", "b", "c");
        List<String> outside =
                List.of("a", "b", "c").stream()
                        .filter(id -> !run.machine.view().selected().contains(id))
                        .toList();
        assertThat(outside).hasSize(1);
        assertThat(run.hasTask(outside.get(0))).isFalse();
        assertThat(run.update(outside.get(0), 1).code()).isEqualTo(ErrorCode.NOT_SELECTED);
        assertThat(run.machine.knock(1, "nobody", new Content("0", 1)).orElseThrow().code())
                .isEqualTo(ErrorCode.UNKNOWN_CLIENT);
    }

    @Test
    void moreExamplesThanRegisteredAreABadWeight() {
        MachineFixture run = fixture(TWO).register("a", "b");
        assertThat(run.offer("a", 1, MachineFixture.EXAMPLES + 1, 1).code())
                .isEqualTo(ErrorCode.BAD_WEIGHT);
        assertThat(run.offer("a", 1, 1, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void updateThatDoesNotFitTheAccumulatorIsRejected() {
        MachineFixture run = fixture(TWO).register("a", "b");
        assertThat(run.offer("a", 1, 1, 1001).code()).isEqualTo(ErrorCode.OUT_OF_RANGE);
        assertThat(run.model.folded).isEmpty();
    }

    @Test
    void wrongUpdateIsCountedAndAGoodOneStillTaken() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.reject("a", 1, ErrorCode.NOT_FINITE);
        assertThat(run.hasTask("a")).isFalse();
        assertThat(run.update("a", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        run.update("b", 1);
        assertThat(run.journal.rounds.get(0).rejected()).isEqualTo(1);
        assertThat(run.journal.rounds.get(0).accepted()).isEqualTo(2);
    }

    @Test
    void clientWhoseBodyWasDamagedOnTheWayIsAskedAgain() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.reject("a", 1, ErrorCode.CHECKSUM_MISMATCH);
        assertThat(run.hasTask("a")).isTrue();
    }

    @Test
    void fullQueueRefusesAndChangesNothing() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.model.full = true;
        assertThatThrownBy(() -> run.update("a", 1))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        assertThat(run.machine.status().accepted()).isZero();
        run.model.full = false;
        assertThat(run.update("a", 1).duplicate()).isFalse();
    }

    @Test
    void stepThatFailsFailsTheRound() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.model.stepFailure = new ArithmeticException("the new global model is not finite");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.eventsOf(Level.WARNING))
                .singleElement()
                .asString()
                .contains("attempt 1 at round 1", "not finite");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FAILED);
        assertThat(run.machine.status().modelVersion()).isZero();
    }

    @Test
    void taskNamesTheLastRoundThatCounts() {
        MachineFixture run = fixture(TWO).register("a", "b");
        assertThat(run.task("a").countedRound()).isZero();
        run.model.stepFailure = new ArithmeticException("not finite");
        run.update("a", 1);
        run.update("b", 1);
        // Accepted, but the attempt came to nothing.
        assertThat(run.task("a").countedRound()).isZero();
        run.model.stepFailure = null;
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.task("a").round()).isEqualTo(2);
        assertThat(run.task("a").countedRound()).isEqualTo(1);
    }

    @Test
    void lastRoundEndsTheRunAndEverybodyIsTold() {
        MachineFixture run = fixture(TWO).register("a", "b");
        CompletableFuture<Optional<RoundTask>> waiting = new CompletableFuture<>();
        for (int round = 1; round <= 3; round++) {
            run.update("a", round);
            if (round == 3) {
                run.machine.poll("a", waiting);
            }
            run.update("b", round);
        }
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(run.machine.status().modelSha256()).isEqualTo("abc");
        assertThat(waiting.join().orElseThrow().kind()).isEqualTo(RoundTask.Kind.FINISHED);
        assertThat(run.machine.allTold()).isFalse();
        assertThat(run.task("b").kind()).isEqualTo(RoundTask.Kind.FINISHED);
        assertThat(run.machine.allTold()).isTrue();
        assertThat(run.journal.ends).hasSize(1);
        assertThat(run.update("a", 3).duplicate()).isTrue();
    }

    @Test
    void machineThatFailsIsNotedAndKeepsNobodyWaiting() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.ledger.slow = true;
        CompletableFuture<UpdateReceipt> receipt =
                run.offer(run.spooled("a", 1, MachineFixture.EXAMPLES, 1));
        run.ledger.slow = false;
        run.machine.abort(new IllegalStateException("for a test"));
        assertThat(receipt).isCompletedExceptionally();
        assertThat(run.ledger.states).endsWith("FAILED");
    }

    @Test
    void sameSeedAndClientsSelectTheSameCohort() {
        CohortConfig three = CohortConfig.of(3).withWaitFor(9);
        String[] clients = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
        String[] reversed = {"i", "h", "g", "f", "e", "d", "c", "b", "a"};
        MachineFixture one = fixture(three).register(clients);
        MachineFixture other = fixture(three).register(reversed);
        assertThat(one.machine.view().selected()).hasSize(3);
        assertThat(other.machine.view().selected()).isEqualTo(one.machine.view().selected());
    }

    @Test
    void duplicateIsCountedAsOne() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.update("a", 1);
        assertThat(run.update("a", 1).code()).isEqualTo(ErrorCode.DUPLICATE);
        assertThat(run.metrics.updates(Outcome.ACCEPTED)).isEqualTo(1);
        assertThat(run.serverMetrics.page(null).text())
                .contains("{code=\"duplicate\",outcome=\"duplicate\"} 1");
    }
}
