package dev.tributary.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.config.CohortConfig;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.SpooledUpdate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A run that is to stop.
 *
 * <pre>
 * What should happen:
 *  1. It ends; a round that has all its updates is published first.
 *  2. It waits for receipts, models, results and the database, but for none that cannot be written.
 *  3. Where a round is left without its model so, whoever goes on with the run comes to that model.
 * </pre>
 */
final class StoppingTest {
    private static final CohortConfig TWO = CohortConfig.of(2).withMinimum(1).withAttempts(1);

    @TempDir private Path directory;

    private MachineFixture start() {
        return new MachineFixture(directory, MachineFixture.config(TWO)).register("a", "b");
    }

    private static RuntimeException noRoom() {
        return new UncheckedIOException(new IOException("No space left on device"));
    }

    private static void stop(MachineFixture run) {
        run.machine.stop("because");
    }

    /** Until it looks again by itself. */
    private static void passAMoment(MachineFixture run) {
        long nanos = run.machine.wakeNanos() - run.clock.nanos();
        assertThat(nanos).isLessThanOrEqualTo(Duration.ofSeconds(1).toNanos());
        run.pass(Duration.ofNanos(nanos));
    }

    private static void assertStopped(MachineFixture run, boolean keepsUpdates) {
        RunStatus last = run.machine.status();
        assertThat(last.state()).as(last.message()).isEqualTo(RunStatus.State.STOPPED);
        assertThat(last.message()).startsWith("because");
        assertThat(run.machine.keepsUpdates()).isEqualTo(keepsUpdates);
    }

    @Test
    void runEndsAtOnceWhereNothingMoves() {
        MachineFixture run = start();
        run.update("a", 1);
        stop(run);
        assertStopped(run, false);
        assertThat(run.machine.status().message()).isEqualTo("because");
        assertThat(run.model.orders).containsExactly("fold a", "reset", "save 0");
        assertThat(run.task("b").kind()).isEqualTo(RoundTask.Kind.FINISHED);
    }

    @Test
    void modelThatHasMovedIsPublished() {
        MachineFixture run = start();
        run.model.patient = true;
        run.update("a", 1);
        run.update("b", 1);
        stop(run);
        assertThat(run.phase()).isInstanceOf(Aggregating.class);
        run.complete();
        run.complete();
        assertThat(run.phase()).isInstanceOf(Finishing.class);
        run.complete();
        assertStopped(run, false);
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
        assertThat(run.model.orders).contains("publish 1", "save 1");
    }

    /** Its last receipt comes to disk when the stop has come already. */
    @Test
    void roundThatHasAllItsUpdatesIsPublished() {
        MachineFixture run = start();
        run.update("a", 1);
        run.ledger.slow = true;
        CompletableFuture<UpdateReceipt> last = run.offer(run.spooled("b", 1, 100, 1));
        stop(run);
        write(run);
        assertThat(last).isCompleted();
        assertStopped(run, false);
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
    }

    @Test
    void receiptThatCannotBeWrittenIsNotWaitedFor() {
        MachineFixture run = start();
        run.ledger.slow = true;
        SpooledUpdate update = run.spooled("a", 1, MachineFixture.EXAMPLES, 1);
        CompletableFuture<UpdateReceipt> reply = run.offer(update);
        stop(run);
        assertThat(reply).isNotDone();
        run.ledger.fillDisk();
        passAMoment(run);
        assertThat(reply).isCompletedExceptionally();
        assertThatThrownBy(reply::join)
                .hasCauseInstanceOf(RefusedException.class)
                .hasMessageContaining("the run is stopping");
        assertThat(run.phase()).isInstanceOf(Finishing.class);
        write(run);
        assertStopped(run, false);
        assertThat(run.model.orders).containsExactly("cancel", "reset", "save 0");
        // The receipt comes to disk after all; whoever sent the update is told that it does not.
        run.ledger.clearDisk();
        write(run);
        update.file().discard();
        assertThat(directory.resolve(update.file().name())).exists();
        MachineFixture resumed = resume(run);
        assertThat(resumed.update("a", 1).duplicate()).isTrue();
        resumed.update("b", 1);
        assertThat(resumed.model.orders).containsExactly("fold a", "fold b", "step", "publish 1");
    }

    @Test
    void modelThatFindsNoRoomIsNotWaitedFor() {
        MachineFixture run = start();
        run.model.stepFailure = noRoom();
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.phase()).isInstanceOf(Aggregating.class);
        stop(run);
        assertStopped(run, true);
        assertThat(run.model.orders).endsWith("step", "reset", "save 0");
        assertComesToTheSameModel(run);
    }

    @Test
    void modelThatCannotBePublishedForWantOfRoomIsNotWaitedFor() {
        MachineFixture run = start();
        run.model.publishFailure = noRoom();
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.phase()).isInstanceOf(Publishing.class);
        stop(run);
        assertStopped(run, true);
        assertThat(run.model.orders).endsWith("publish 1", "reset", "save 0");
        assertComesToTheSameModel(run);
    }

    @Test
    void closingOfAShortRoundIsNotWaitedForWithoutTheDatabase() {
        MachineFixture run = start();
        run.update("a", 1);
        run.ledger.slow = true;
        run.pass(MachineFixture.DEADLINE);
        stop(run);
        assertThat(run.phase()).isInstanceOf(Publishing.class);
        run.ledger.loseDatabase();
        passAMoment(run);
        assertStopped(run, true);
        assertThat(run.machine.status().modelVersion()).isZero();
    }

    @Test
    void closingOfTheLastRoundIsNotWaitedForWithoutTheDatabase() {
        MachineFixture run = start();
        run.update("a", 1);
        run.ledger.slow = true;
        CompletableFuture<UpdateReceipt> unused = run.offer(run.spooled("b", 1, 100, 1));
        assertThat(run.ledger.writeLine()).isTrue();
        run.machine.advance();
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
        stop(run);
        assertThat(run.phase()).isInstanceOf(Finishing.class);
        run.ledger.loseDatabase();
        passAMoment(run);
        assertStopped(run, true);
        assertThat(run.ledger.states).doesNotContain("STOPPED");
        assertComesToTheSameModel(run);
    }

    /** Who asks hears so, and the run is led until the database is back. */
    @Test
    void endThatTheDatabaseDoesNotKnowIsToldOnceItIsBack() {
        MachineFixture run = start();
        run.ledger.loseDatabase();
        stop(run);
        assertStopped(run, true);
        assertThat(run.machine.status().message())
                .isEqualTo("because; the database cannot be written and does not know it yet");
        assertThat(run.machine.isNoted()).isFalse();
        run.ledger.findDatabase();
        assertThat(run.machine.isNoted()).isTrue();
        assertThat(run.ledger.states).endsWith("STOPPED");
        assertThat(run.machine.status().message()).isEqualTo("because");
        assertThat(run.machine.status().modelSha256()).isNotNull();
    }

    @Test
    void resultThatFindsNoRoomIsNotWaitedFor() {
        MachineFixture run = start();
        run.model.saveFailure = noRoom();
        run.update("a", 1);
        stop(run);
        assertStopped(run, true);
        assertThat(run.machine.status().modelSha256()).isNull();
        assertThat(run.ledger.states).endsWith("STOPPED");
        MachineFixture resumed = resume(run);
        assertThat(resumed.update("a", 1).duplicate()).isTrue();
    }

    private static void write(MachineFixture run) {
        while (run.ledger.writeOne()) {
            run.machine.advance();
        }
    }

    /** Started again, with room and a database. */
    private MachineFixture resume(MachineFixture stopped) {
        stopped.ledger.loseWhatWaits(0);
        Recovery recovery =
                stopped.ledger.recovery(
                        receipt -> stopped.spooled(receipt.clientId(), receipt.round(), 100, 1));
        return new MachineFixture(directory, MachineFixture.config(TWO), model -> {}, recovery);
    }

    /** Nobody need send anything. */
    private void assertComesToTheSameModel(MachineFixture stopped) {
        MachineFixture resumed = resume(stopped);
        assertThat(resumed.model.orders).containsExactly("fold a", "fold b", "step", "publish 1");
        assertThat(resumed.journal.rounds.get(0).accepted()).isEqualTo(2);
    }
}
