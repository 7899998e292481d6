package dev.tributary.server.round;

import static dev.tributary.server.round.MachineFixture.buffered;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.database.RoundStart;
import dev.tributary.server.database.StoredRound;
import dev.tributary.server.store.Shortage;
import dev.tributary.strategy.RoundSchedule.Buffered;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asynchronous rounds, moved by hand.
 *
 * <pre>
 * What should happen:
 *  1. As many clients as the cohort's size are at work; whoever is done is replaced.
 *  2. The model moves when the buffer is full, and those at work stay so.
 *  3. An update of an old version counts when it comes.
 *  4. At the deadline after the last update the minimum will do.
 *  5. Progress is heard in every phase, and changes nobody's work.
 *  6. A client whose update was wrong is asked again as soon as there is a newer version.
 *  7. A run that stops makes a step of what the buffer holds, if it is enough.
 *
 * What should not happen:
 *  1. A client counts twice in a round, or for one version.
 *  2. A client that fell silent keeps its place for longer than the deadline.
 *  3. An update counts for which nobody waits any more.
 *  4. A client that nobody asked gets to work by knocking.
 *  5. A wrong update takes a client off work on another version.
 * </pre>
 */
@Timeout(30)
final class BufferingTest {
    private static final Content CONTENT = new Content("00000000", 8);

    @TempDir private Path directory;

    private MachineFixture start(int buffer, String... clients) {
        return new MachineFixture(directory, buffered(buffer)).register(clients);
    }

    /** Those who have work to do, in their order. */
    private static List<String> atWork(MachineFixture run, String... clients) {
        return List.of(clients).stream().filter(run::hasTask).toList();
    }

    @Test
    void whoeverIsDoneIsReplaced() {
        MachineFixture run = start(4, "a", "b", "c", "d");
        List<String> first = atWork(run, "a", "b", "c", "d");
        assertThat(first).hasSize(2);
        CompletableFuture<Optional<RoundTask>> waits =
                run.poll(first.equals(List.of("a", "b")) ? "c" : idle(first));
        assertThat(waits).isNotDone();

        assertThat(run.update(first.get(0), 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        List<String> then = atWork(run, "a", "b", "c", "d");
        assertThat(then).hasSize(2).contains(first.get(1)).doesNotContain(first.get(0));
    }

    private static String idle(List<String> working) {
        return List.of("a", "b", "c", "d").stream()
                .filter(id -> !working.contains(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void requestThatWaitsIsAnsweredWhenAPlaceIsFree() {
        MachineFixture run = start(3, "a", "b", "c");
        List<String> first = atWork(run, "a", "b", "c");
        String third =
                List.of("a", "b", "c").stream()
                        .filter(id -> !first.contains(id))
                        .findFirst()
                        .orElseThrow();
        CompletableFuture<Optional<RoundTask>> waits = run.poll(third);
        assertThat(waits).isNotDone();
        run.update(first.get(0), 1);
        assertThat(waits.join().orElseThrow().round()).isEqualTo(1);
    }

    @Test
    void staleUpdateCountsInTheRoundInWhichItComes() {
        MachineFixture run = start(1, "a", "b");
        assertThat(run.task("a").modelVersion()).isZero();
        assertThat(run.task("b").modelVersion()).isZero();
        run.update("a", 1);
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
        // It is at work on the old version, and asked for nothing else.
        assertThat(run.task("b").round()).isEqualTo(1);
        assertThat(run.task("a").round()).isEqualTo(2);
        run.model.patient = false;
        assertThat(run.update("b", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.machine.status().modelVersion()).isEqualTo(2);
        assertThat(run.ledger.metrics.get(2)).extracting(round -> round.accepted()).isEqualTo(1);
        assertThat(run.task("b").round()).isEqualTo(3);
    }

    @Test
    void clientCountsOnceInARound() {
        MachineFixture run = start(2, "a", "b");
        run.task("a");
        run.update("a", 1);
        assertThat(run.hasTask("a")).isFalse();
        assertThat(run.update("a", 1).duplicate()).isTrue();
        run.update("b", 1);
        assertThat(run.task("a").round()).isEqualTo(2);
        // The old one once more, and one of a version that is not there.
        assertThat(run.update("a", 1).duplicate()).isTrue();
        assertThat(run.update("a", 3).code()).isEqualTo(ErrorCode.WRONG_ROUND);
    }

    @Test
    void silentClientLosesItsPlaceAndItsUpdate() {
        MachineFixture run = start(3, "a", "b", "c");
        List<String> first = atWork(run, "a", "b", "c");
        run.update(first.get(0), 1);
        run.pass(MachineFixture.DEADLINE.dividedBy(2));
        List.of("a", "b", "c").forEach(run::hear);
        run.pass(MachineFixture.DEADLINE.dividedBy(2));
        UpdateReceipt late = run.update(first.get(1), 1);
        assertThat(late.outcome()).isEqualTo(Outcome.DISCARDED);
        assertThat(late.code()).isEqualTo(ErrorCode.LATE);
    }

    @Test
    void minimumWillDoWhereNobodyElseComes() {
        MachineFixture run = start(5, "a", "b");
        run.task("a");
        run.update("a", 1);
        run.pass(MachineFixture.DEADLINE);
        assertThat(run.eventsOf(Level.WARNING))
                .anySatisfy(line -> assertThat(line).contains("1 of 5 updates came", "is enough"));
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
    }

    @Test
    void roundClosesWhenEveryClientHasHadItsTurn() {
        MachineFixture run = start(5, "a", "b");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
        assertThat(run.eventsOf(Level.WARNING))
                .containsExactly(
                        "round 1: 2 of 5 updates came, and all clients have had their turn, which"
                                + " is enough");
    }

    @Test
    void bufferThatTheClientsCannotFillIsToldAtTheStartWhereTheFileDoesNotKnow() {
        RunConfig unknown = buffered(5).toBuilder().data(DataConfig.of(DataConfig.NONE, 1)).build();
        MachineFixture run = new MachineFixture(directory, unknown).register("a", "b");
        assertThat(run.eventsOf(Level.WARNING))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("expected at most 2", "found 5"));
    }

    @Test
    void runWithoutUpdatesFails() {
        MachineFixture run = start(5, "a", "b");
        run.pass(MachineFixture.DEADLINE);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FAILED);
    }

    @Test
    void clientThatDeclinesIsReplacedAndNotAskedAgainInTheRound() {
        MachineFixture run = start(3, "a", "b", "c");
        String first = atWork(run, "a", "b", "c").get(0);
        assertThat(run.reject(first, 1, ErrorCode.NOT_FINITE).outcome())
                .isEqualTo(Outcome.REJECTED);
        assertThat(atWork(run, "a", "b", "c")).hasSize(2).doesNotContain(first);
    }

    @Test
    void wrongUpdateLeavesAClientAtWorkOnAnotherVersion() {
        MachineFixture run = start(1, "a", "b");
        move(run, "a", 1);
        assertThat(run.task("a").round()).isEqualTo(2);
        for (ErrorCode code : List.of(ErrorCode.NOT_FINITE, ErrorCode.BAD_WEIGHT)) {
            assertThat(run.reject("a", 1, code).outcome()).isNotEqualTo(Outcome.DISCARDED);
            assertThat(run.reject("a", 3, code).code()).isEqualTo(ErrorCode.WRONG_ROUND);
        }
        assertThat(run.task("a").round()).isEqualTo(2);
        assertThat(run.update("a", 2).outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void wrongUpdateOfAnOldVersionIsFollowedByTheNewestAndOfTheNewestByTheNext() {
        MachineFixture run = start(1, "a", "b");
        run.task("b");
        move(run, "a", 2);
        assertThat(run.reject("b", 1, ErrorCode.NOT_FINITE).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(run.task("b").round()).isEqualTo(3);
        assertThat(run.reject("b", 3, ErrorCode.NOT_FINITE).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(run.hasTask("b")).isFalse();
        move(run, "a", 3);
        assertThat(run.task("b").round()).isEqualTo(4);
        assertThat(run.update("b", 4).outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    private static void progress(MachineFixture run, String client, int round, ClientPhase phase) {
        run.machine.progress(client, new ClientProgress("r", round, phase, 0.5, 1));
        run.machine.advance();
    }

    /** The model moves as far as that version, by the updates of one client. */
    private static void move(MachineFixture run, String client, int version) {
        while (run.machine.status().modelVersion() < version) {
            run.update(client, run.task(client).round());
        }
    }

    @Test
    void slowClientMayTellOfItsProgressHoweverFarTheModelHasMoved() {
        MachineFixture run = start(1, "a", "b");
        assertThat(run.task("b").round()).isEqualTo(1);
        move(run, "a", Buffered.VERSIONS_KEPT + 2);
        progress(run, "b", 1, ClientPhase.TRAINING);
        assertThat(run.machine.status().clients().get(1).phase()).isEqualTo(ClientPhase.TRAINING);
        assertThat(run.update("b", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void clientThatAsksAgainGetsTheNewestVersionWhereItsOwnCannotBeFetchedAnyMore() {
        MachineFixture run = start(1, "a", "b");
        run.task("b");
        move(run, "a", Buffered.VERSIONS_KEPT - 1);
        assertThat(run.task("b").modelVersion()).isZero();
        move(run, "a", Buffered.VERSIONS_KEPT);
        assertThat(run.task("b").modelVersion()).isEqualTo(Buffered.VERSIONS_KEPT);
        assertThat(run.update("b", 1).code()).isEqualTo(ErrorCode.LATE);
    }

    @Test
    void progressCountsWhileTheModelMoves() {
        MachineFixture run = start(1, "a", "b");
        run.task("b");
        run.model.patient = true;
        run.update("a", 1);
        assertThat(run.phase()).isInstanceOf(Aggregating.class);
        progress(run, "b", 1, ClientPhase.FAILED);
        run.model.patient = false;
        run.complete();
        assertThat(run.update("b", 1).code()).isEqualTo(ErrorCode.LATE);
    }

    @Test
    void runThatAllHaveDeclinedWaitsForAnotherClient() {
        MachineFixture run = start(1, "a", "b");
        run.task("a");
        run.task("b");
        progress(run, "a", 1, ClientPhase.DECLINED);
        progress(run, "b", 1, ClientPhase.DECLINED);
        run.pass(MachineFixture.DEADLINE);
        run.pass(MachineFixture.DEADLINE);
        assertThat(run.phase()).isInstanceOf(Buffering.class);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.WAITING);
        assertThat(run.machine.status().message())
                .contains("waiting for another client: 0 of 2 registered serve the run")
                .endsWith("client b does not serve this run");
        run.register("c");
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.RUNNING);
        run.update("c", run.task("c").round());
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
    }

    @Test
    void clientThatWasNeverAskedDoesNotGetAPlaceByKnocking() {
        MachineFixture run = start(3, "a", "b", "c");
        String third = idle(atWork(run, "a", "b", "c"));
        assertThat(run.machine.knock(1, third, CONTENT).orElseThrow().code())
                .isEqualTo(ErrorCode.NOT_SELECTED);
        assertThat(run.update(third, 1).code()).isEqualTo(ErrorCode.NOT_SELECTED);
        assertThat(run.hasTask(third)).isFalse();
    }

    @Test
    void serverThatWasStartedAgainBelievesThatTheOneBeforeHadAsked() {
        StoredRound open =
                new StoredRound(
                        new RoundStart("r", 2, 1, List.of("a", "b"), 1), null, Instant.EPOCH, null);
        List<ClientRegistration> known =
                List.of("a", "b", "c").stream()
                        .map(id -> new ClientRegistration(id, 1, "test", 100, "cpu"))
                        .toList();
        Recovery recovery =
                new Recovery(known, List.of(), 0, open, List.of(), List.of(), List.of());
        MachineFixture run = new MachineFixture(directory, buffered(3), model -> {}, recovery);
        run.ledger.last = open;
        // Two of them are asked anew, and knocking asks nobody.
        String third = idle(atWork(run, "a", "b", "c"));
        assertThat(run.machine.knock(1, third, CONTENT)).isEmpty();
        assertThat(run.hasTask(third)).isFalse();
        assertThat(run.update(third, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.update(third, 3).code()).isEqualTo(ErrorCode.WRONG_ROUND);
    }

    @Test
    void clientThatCountsInAStepIsNotBelievedToHaveBegunAnother() {
        StoredRound open =
                new StoredRound(
                        new RoundStart("r", 2, 1, List.of("a", "b"), 1), null, Instant.EPOCH, null);
        List<ClientRegistration> known =
                List.of("a", "b").stream()
                        .map(id -> new ClientRegistration(id, 1, "test", 100, "cpu"))
                        .toList();
        Recovery recovery =
                new Recovery(known, List.of(), 0, open, List.of(), List.of(), List.of());
        MachineFixture run = new MachineFixture(directory, buffered(3), model -> {}, recovery);
        run.ledger.last = open;
        assertThat(run.update("a", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.update("a", 2).code()).isEqualTo(ErrorCode.NOT_SELECTED);
    }

    @Test
    void machineWakesWhenTheTimeOfAClientIsOver() {
        MachineFixture run = start(3, "a", "b", "c");
        List<String> first = atWork(run, "a", "b", "c");
        run.pass(MachineFixture.DEADLINE.dividedBy(2));
        run.update(first.get(0), 1);
        assertThat(run.phase().wakeNanos()).isEqualTo(MachineFixture.DEADLINE.toNanos());
        run.pass(MachineFixture.DEADLINE.dividedBy(2));
        assertThat(run.phase().wakeNanos()).isGreaterThan(MachineFixture.DEADLINE.toNanos());
    }

    @Test
    void nobodyIsGivenUpWhileTheDiskIsFull() {
        MachineFixture run = start(3, "a", "b");
        atWork(run, "a", "b");
        run.model.shortage = Shortage.LASTING;
        run.pass(MachineFixture.DEADLINE);
        assertThat(run.phase().wakeNanos()).isGreaterThan(MachineFixture.DEADLINE.toNanos());
        run.model.shortage = Shortage.OVER;
        run.pass(MachineFixture.DEADLINE);
        run.pass(MachineFixture.DEADLINE.minusMillis(1));
        assertThat(run.update("a", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        run.pass(Duration.ofMillis(1));
        assertThat(run.update("b", 1).code()).isEqualTo(ErrorCode.LATE);
    }

    @Test
    void runThatStopsMakesAStepOfWhatItsBufferHolds() {
        MachineFixture run = start(3, "a", "b");
        run.update("a", 1);
        run.machine.stop("enough");
        run.machine.advance();
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.STOPPED);
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
        assertThat(run.ledger.metrics.get(1)).extracting(round -> round.accepted()).isEqualTo(1);
    }

    @Test
    void stepOfARunThatStopsWaitsForNoReceiptThatCannotBeWritten() {
        MachineFixture run = start(3, "a", "b");
        run.update("a", 1);
        run.ledger.slow = true;
        CompletableFuture<UpdateReceipt> reply = run.offer(run.spooled("b", 1, 100, 1));
        run.ledger.fillDisk();
        run.ledger.slow = false;
        run.machine.stop("enough");
        run.machine.advance();
        assertThat(reply).isCompletedExceptionally();
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.STOPPED);
        assertThat(run.ledger.metrics.get(1)).extracting(round -> round.accepted()).isEqualTo(1);
    }
}
