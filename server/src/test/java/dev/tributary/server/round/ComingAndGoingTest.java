package dev.tributary.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.config.CohortConfig;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The clients of a round, moved by hand.
 *
 * <pre>
 * What should happen:
 *  1. Each selected client gets the task of the round, however often it asks.
 *  2. A client that asks waits until there is a task, or its time is over.
 *  3. A client that leaves or cannot do its task is not waited for where the minimum is there.
 *  4. One that has left and comes back takes part again; what it sends meanwhile counts.
 *  5. A run whose clients decline waits for others, and loses no attempt.
 *
 * What should not happen:
 *  1. A client that fell silent holds up a round, or is asked again before it is heard of.
 *  2. A client that declined is asked again in the round.
 *  3. A client is known twice, or one too many.
 * </pre>
 */
final class ComingAndGoingTest {
    private static final CohortConfig TWO = CohortConfig.of(2).withMinimum(1).withAttempts(1);

    @TempDir private Path directory;

    private MachineFixture fixture(CohortConfig cohort) {
        return new MachineFixture(directory, MachineFixture.config(cohort));
    }

    @Test
    void registeringTwiceCountsOnce() {
        MachineFixture run = fixture(TWO).register("a", "a");
        assertThat(run.phase()).isInstanceOf(Waiting.class);
    }

    @Test
    void waitingClientGetsItsTaskWhenTheRoundOpens() {
        MachineFixture run = fixture(TWO).register("a");
        CompletableFuture<Optional<RoundTask>> early = run.poll("a");
        assertThat(early).isNotDone();
        run.register("b");
        RoundTask task = early.join().orElseThrow();
        assertThat(task.kind()).isEqualTo(RoundTask.Kind.TRAIN);
        assertThat(task.round()).isEqualTo(1);
        assertThat(task.modelVersion()).isZero();
        assertThat(task.deadlineMillis()).isEqualTo(MachineFixture.DEADLINE.toMillis());
        assertThat(run.task("a")).isEqualTo(task);
    }

    @Test
    void requestForATaskEndsEmptyAfterItsTime() {
        MachineFixture run = fixture(TWO).register("a");
        CompletableFuture<Optional<RoundTask>> reply = run.poll("a");
        run.pass(MachineFixture.POLL.minusMillis(1));
        assertThat(reply).isNotDone();
        run.pass(Duration.ofMillis(1));
        assertThat(reply.join()).isEmpty();
    }

    @Test
    void secondRequestOfAClientEndsTheFirst() {
        MachineFixture run = fixture(TWO).register("a");
        CompletableFuture<Optional<RoundTask>> first = run.poll("a");
        CompletableFuture<Optional<RoundTask>> second = run.poll("a");
        assertThat(first.join()).isEmpty();
        assertThat(second).isNotDone();
    }

    @Test
    void clientThatLeavesIsNotWaitedForWhereTheMinimumIsThere() {
        MachineFixture run = fixture(CohortConfig.of(3).withMinimum(2)).register("a", "b", "c");
        run.task("c");
        run.update("a", 1);
        run.leave("c");
        assertThat(run.phase().round()).isEqualTo(1);
        run.update("b", 1);
        assertThat(run.phase().round()).isEqualTo(2);
        assertThat(run.eventsOf(Level.WARNING))
                .anyMatch(line -> line.equals("client c has left"))
                .anyMatch(line -> line.contains("missing: [c]"));
    }

    @Test
    void clientThatLeavesIsWaitedForWhereThereAreTooFewWithoutIt() {
        MachineFixture run = fixture(TWO.withMinimum(2)).register("a", "b");
        run.update("a", 1);
        run.leave("b");
        assertThat(run.phase().round()).isEqualTo(1);
        run.register("b");
        assertThat(run.task("b").round()).isEqualTo(1);
        run.update("b", 1);
        assertThat(run.phase().round()).isEqualTo(2);
    }

    @Test
    void clientThatHasLeftIsNotSelected() {
        MachineFixture run = fixture(CohortConfig.of(2).withMinimum(1)).register("a", "b");
        run.leave("b");
        run.update("a", 1);
        assertThat(run.phase().current().orElseThrow().selected()).containsExactly("a");
        run.update("a", 2);
        assertThat(run.phase().round()).isEqualTo(3);
    }

    @Test
    void updateOfAClientThatHasLeftCountsAllTheSame() {
        MachineFixture run = fixture(TWO.withMinimum(2)).register("a", "b");
        run.leave("b");
        assertThat(run.update("b", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        run.update("a", 1);
        assertThat(run.phase().round()).isEqualTo(2);
    }

    @Test
    void leavingEndsTheRequestThatWaitsAndIsHarmlessToRepeat() {
        MachineFixture run = fixture(TWO).register("a");
        CompletableFuture<Optional<RoundTask>> reply = run.poll("a");
        run.leave("a");
        run.leave("a");
        run.leave("nobody");
        assertThat(reply.join()).isEmpty();
        assertThat(run.eventsOf(Level.WARNING)).containsExactly("client a has left");
    }

    @Test
    void unknownClientGetsNoTask() {
        MachineFixture run = fixture(TWO);
        assertThatThrownBy(() -> run.poll("x"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_CLIENT));
    }

    @Test
    void silentClientIsAskedAgainOnlyWhenItIsHeardOf() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.update("b", 1);
        run.pass(MachineFixture.DEADLINE);
        run.hear("b");
        assertThat(run.machine.status().clients().get(0).phase()).isEqualTo(ClientPhase.DROPPED);
        assertThat(run.machine.status().cohort()).isLessThanOrEqualTo(1);
        assertThat(run.poll("a")).isNotDone();
        assertThat(run.update("b", 2).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.machine.status().cohort()).isEqualTo(2);
        assertThat(run.hasTask("a")).isTrue();
    }

    @Test
    void progressShowsWhileTheClientHasWork() {
        MachineFixture run = fixture(TWO).register("a", "b");
        ClientProgress half = new ClientProgress("r", 1, ClientPhase.TRAINING, 0.5, 2.0);
        run.machine.progress("a", half);
        assertThat(run.machine.status().clients().get(0).phase()).isEqualTo(ClientPhase.TRAINING);
        assertThat(run.machine.status().clients().get(0).fraction()).isEqualTo(0.5);
        run.update("a", 1);
        run.machine.progress("a", half);
        assertThat(run.machine.status().clients().get(0).phase()).isEqualTo(ClientPhase.DONE);
    }

    private static ClientProgress cannot(int round) {
        return new ClientProgress("r", round, ClientPhase.FAILED, 0, 0);
    }

    private static void decline(MachineFixture run, String client, int round) {
        run.machine.progress(client, cannot(round));
        run.machine.advance();
    }

    @Test
    void roundWaitsForNobodyWhenAllHaveAnsweredWrongly() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.reject("a", 1, ErrorCode.NOT_FINITE);
        assertThat(run.eventsOf(Level.WARNING)).isEmpty();
        run.reject("b", 1, ErrorCode.NOT_FINITE);
        assertThat(run.eventsOf(Level.WARNING))
                .singleElement()
                .asString()
                .contains("attempt 1 at round 1", "no client is left");
        assertThat(run.hasTask("a")).isTrue();
    }

    @Test
    void roundClosesWithTheMinimumWhenTheOthersDecline() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.update("b", 1);
        decline(run, "a", 1);
        assertThat(run.machine.status().round()).isEqualTo(2);
        assertThat(run.journal.rounds.get(0).accepted()).isEqualTo(1);
        assertThat(run.eventsOf(Level.WARNING)).anyMatch(e -> e.contains("client a cannot"));
    }

    @Test
    void clientThatDeclinesIsNotAskedAgainInTheRound() {
        MachineFixture run = fixture(TWO).register("a", "b");
        decline(run, "a", 2);
        assertThat(run.hasTask("a")).isTrue();
        decline(run, "a", 1);
        assertThat(run.machine.status().clients().get(0).phase()).isEqualTo(ClientPhase.FAILED);
        CompletableFuture<Optional<RoundTask>> next = run.poll("a");
        assertThat(next).isNotDone();
        run.update("b", 1);
        assertThat(next.join().orElseThrow().round()).isEqualTo(2);
    }

    private static void declineRun(MachineFixture run, String client) {
        run.machine.progress(client, ClientProgress.declined(run.task(client), "other data"));
        run.machine.advance();
    }

    @Test
    void runWhoseClientDeclinesWaitsForAnotherHoweverLongThatTakes() {
        MachineFixture run = fixture(CohortConfig.of(2).withAttempts(0)).register("a", "b");
        declineRun(run, "b");
        run.leave("b");
        assertThat(run.update("a", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.phase()).isInstanceOf(Selecting.class);
        for (int i = 0; i < 5; i++) {
            run.pass(MachineFixture.DEADLINE);
            run.hear("a");
        }
        String waits = "waiting for another client: 1 of 2 registered serve the run";
        assertThat(run.eventsOf(Level.WARNING)).filteredOn(e -> e.startsWith(waits)).hasSize(1);
        assertThat(run.machine.status().message())
                .contains("round 1 of 3", waits)
                .endsWith("client b does not serve this run: other data");
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.WAITING);

        run.register("c");
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.RUNNING);
        assertThat(run.machine.status().message()).isEqualTo("round 1 of 3");
        assertThat(run.update("a", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.update("c", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.phase().round()).isEqualTo(2);
    }

    @Test
    void clientsThatDeclineOneAfterTheOtherUseNoAttemptButOneThatFailsDoes() {
        MachineFixture run = fixture(CohortConfig.of(1).withAttempts(1)).register("a", "b", "c");
        for (int declined = 0; declined < 2; declined++) {
            declineRun(run, asked(run));
        }
        String last = asked(run);
        run.task(last);
        decline(run, last, 1);
        assertThat(run.eventsOf(Level.WARNING)).last().asString().contains("attempt 1", "1 left");
        run.task(last);
        decline(run, last, 1);
        assertThat(run.machine.status().message()).contains("attempt 2 at round 1 failed");
    }

    /** The ledger knows how many attempts there were, and not why they ended. */
    @Test
    void attemptsBeforeARestartAreNotHeldAgainstTheRound() {
        CohortConfig one = CohortConfig.of(1).withAttempts(1);
        MachineFixture before = fixture(one).register("a", "b", "c");
        for (int declined = 0; declined < 2; declined++) {
            declineRun(before, asked(before));
        }
        MachineFixture run =
                new MachineFixture(
                        directory,
                        MachineFixture.config(one),
                        model -> {},
                        before.ledger.recovery(receipt -> before.spooled("a", 1, 100, 1)));
        String last = asked(run);
        run.task(last);
        decline(run, last, 1);
        assertThat(run.eventsOf(Level.WARNING)).last().asString().contains("attempt 1", "1 left");
        run.task(last);
        decline(run, last, 1);
        assertThat(run.machine.status().message()).contains("attempt 2 at round 1 failed");
    }

    private static String asked(MachineFixture run) {
        return run.phase().current().orElseThrow().selected().first();
    }

    @Test
    void changedExampleCountCountsFromTheNextRoundOn() {
        MachineFixture run = fixture(TWO).register("a", "b");
        run.machine.register(new ClientRegistration("a", 1, "test", 500, "cpu"));
        assertThat(run.offer("a", 1, 500, 1).code()).isEqualTo(ErrorCode.BAD_WEIGHT);
        run.update("b", 1);
        assertThat(run.machine.status().round()).isEqualTo(2);
        assertThat(run.offer("a", 2, 500, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void clientsBeyondTheMostAreRefused() {
        MachineFixture run = fixture(CohortConfig.of(20));
        for (int i = 0; i < MachineFixture.MOST_CLIENTS; i++) {
            run.register("c" + i);
        }
        assertThatThrownBy(() -> run.register("late"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        run.register("c1");
        assertThat(run.machine.clients()).isEqualTo(MachineFixture.MOST_CLIENTS);
    }
}
