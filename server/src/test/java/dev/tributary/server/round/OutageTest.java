package dev.tributary.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.config.CohortConfig;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A run whose database is away, or whose disk takes nothing.
 *
 * <pre>
 * What should happen:
 *  1. The run pauses and goes on, and its deadlines with it.
 *  2. What cannot be written for another reason ends the run as one that has failed.
 *  3. A failure that leaves a round without its model leaves the round's updates.
 *
 * What should not happen:
 *  1. An update comes for nothing.
 *  2. A model counts whose round does not.
 * </pre>
 */
final class OutageTest {
    private static final CohortConfig TWO = CohortConfig.of(2).withMinimum(1).withAttempts(1);

    @TempDir private Path directory;

    private MachineFixture start() {
        return new MachineFixture(directory, MachineFixture.config(TWO)).register("a", "b");
    }

    private static void write(MachineFixture run) {
        while (run.ledger.writeOne()) {
            run.machine.advance();
        }
    }

    @Test
    void deadlineWaitsForADatabaseThatIsAway() {
        MachineFixture run = start();
        run.ledger.loseDatabase();
        for (int i = 0; i < 10; i++) {
            run.pass(MachineFixture.DEADLINE);
        }
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.RUNNING);
        assertThat(run.eventsOf(Level.ERROR)).singleElement().asString().contains("database");
        assertThat(run.machine.status().message())
                .isEqualTo("round 1 of 3; the run pauses: the database cannot be written");
        run.ledger.findDatabase();
        run.pass(Duration.ofSeconds(1));
        run.pass(MachineFixture.DEADLINE.minusSeconds(1));
        assertThat(run.update("a", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.update("b", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.machine.status().history()).hasSize(1);
    }

    /** Nobody has found out yet that it is away, say. */
    @Test
    void deadlineWaitsUntilTheDatabaseHasTheRound() {
        MachineFixture run = new MachineFixture(directory, MachineFixture.config(TWO));
        run.ledger.slow = true;
        run.register("a", "b");
        run.pass(MachineFixture.DEADLINE);
        assertThat(run.phase()).isInstanceOf(Collecting.class);
        assertThat(run.machine.wakeNanos()).isGreaterThan(run.clock.nanos());
        run.pass(MachineFixture.DEADLINE);
        write(run);
        run.pass(MachineFixture.DEADLINE.minusNanos(1));
        run.ledger.slow = false;
        assertThat(run.update("a", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.eventsOf(Level.WARNING)).isEmpty();
    }

    @Test
    void runPausesWhileAReceiptCannotBeWritten() {
        MachineFixture run = start();
        run.ledger.slow = true;
        CompletableFuture<UpdateReceipt> first = run.offer(run.spooled("a", 1, 100, 1));
        run.ledger.fillDisk();
        run.pass(MachineFixture.DEADLINE);
        assertThat(first).isNotDone();
        assertThat(run.eventsOf(Level.ERROR)).singleElement().asString().contains("the run pauses");
        assertThat(run.machine.status().message())
                .isEqualTo("round 1 of 3; the run pauses: receipts cannot be written");
        SpooledUpdate second = run.spooled("b", 1, 100, 1);
        assertThatThrownBy(() -> run.machine.offer(second)).isInstanceOf(RefusedException.class);
        run.ledger.clearDisk();
        write(run);
        assertThat(first.join().outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.eventsOf(Level.INFO)).anyMatch(event -> event.contains("the run goes on"));
        assertThat(run.machine.status().message()).isEqualTo("round 1 of 3");
        // The deadline begins anew.
        run.pass(MachineFixture.DEADLINE.minusSeconds(1));
        CompletableFuture<UpdateReceipt> later = run.offer(second);
        write(run);
        assertThat(later.join().outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void updateOfARoundThatTheDatabaseHasNotIsRefusedBeforeItsBody() {
        MachineFixture run = new MachineFixture(directory, MachineFixture.config(TWO));
        run.ledger.slow = true;
        run.register("a", "b");
        run.ledger.loseDatabase();
        assertThatThrownBy(() -> run.machine.knock(1, "a", new Content("0", 8)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        run.ledger.findDatabase();
        write(run);
        assertThat(run.machine.knock(1, "a", new Content("0", 8))).isEmpty();
    }

    @Test
    void updateThatCountsIsKnownThoughReceiptsCannotBeWritten() {
        MachineFixture run = start();
        run.update("b", 1);
        run.ledger.fillDisk();
        assertThat(run.machine.knock(1, "b", new Content("00000000", 8)).orElseThrow().duplicate())
                .isTrue();
    }

    @Test
    void openRoundTakesUpdatesWithoutItsDatabase() {
        MachineFixture run = start();
        run.ledger.loseDatabase();
        assertThat(run.update("a", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void modelOfAShortRoundThatCannotBeClosedIsNotPublished() {
        MachineFixture run = start();
        run.update("a", 1);
        run.ledger.closeFailure = new IllegalStateException("no such round");
        run.pass(MachineFixture.DEADLINE);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FAILED);
        assertThat(run.machine.status().message()).contains("no such round");
        assertThat(run.machine.status().modelVersion()).isZero();
        assertThat(run.machine.keepsUpdates()).isTrue();
    }

    @Test
    void publicationThatFailsEndsTheRunWithTheVersionBefore() {
        MachineFixture run = start();
        run.model.publishFailure = new IllegalStateException("no such directory");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FAILED);
        assertThat(run.machine.status().message()).contains("no such directory");
        assertThat(run.model.orders).endsWith("publish 1", "reset", "save 0");
        assertThat(run.machine.keepsUpdates()).isTrue();
    }

    @Test
    void resultThatFindsNoRoomIsSavedWhenThereIsSome() {
        MachineFixture run = start();
        run.model.saveFailure =
                new UncheckedIOException(new IOException("No space left on device"));
        for (int round = 1; round <= 3; round++) {
            run.update("a", round);
            run.update("b", round);
        }
        run.pass(Duration.ofSeconds(10));
        run.machine.advance();
        assertThat(run.phase()).isInstanceOf(Finishing.class);
        assertThat(run.eventsOf(Level.ERROR)).hasSize(1);
        run.model.saveFailure = null;
        run.pass(Duration.ofNanos(run.machine.wakeNanos() - run.clock.nanos()));
        run.machine.advance();
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(run.machine.status().modelSha256()).isEqualTo("abc");
        assertThat(run.ledger.states).endsWith("FINISHED").doesNotContain("FAILED");
        assertThat(run.machine.keepsUpdates()).isFalse();
    }

    @Test
    void runWhoseResultCannotBeSavedIsNotedAsFailed() {
        MachineFixture run = start();
        run.model.saveFailure = new IllegalStateException("no such directory");
        run.machine.stop("because");
        run.machine.advance();
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FAILED);
        assertThat(run.ledger.states).endsWith("FAILED");
    }
}
