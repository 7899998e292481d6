package dev.tributary.server.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Cyclic rounds, moved by hand.
 *
 * <pre>
 * What should happen:
 *  1. One client after the other has the turn, by id and round again.
 *  2. One that is silent until the deadline is passed over, and it is said so; the next has the turn.
 *  3. One that leaves, cannot, or sends what is wrong is passed over at once.
 *  4. The ring goes on after whoever handed the model on last, whoever comes and goes.
 *  5. Where nobody hands it on, the round is tried again, and in the end fails the run.
 *  6. A server that is started again goes on with the client that has the turn.
 *
 * What should not happen:
 *  1. Two clients are asked at a time.
 *  2. A client that was passed over has the turn again before the next of the ring.
 *  3. What a client that was passed over sends counts.
 * </pre>
 */
@Timeout(30)
final class HandingOnTest {
    @TempDir private Path directory;

    private MachineFixture start(String... clients) {
        CohortConfig turn = CohortConfig.of(1).withWaitFor(clients.length).withAttempts(1);
        StrategyConfig cyclic = new StrategyConfig("cyclic", 1, Map.of());
        RunConfig config = MachineFixture.config(turn, run -> run.rounds(6).strategy(cyclic));
        return new MachineFixture(directory, config).register(clients);
    }

    private static List<String> asked(MachineFixture run) {
        return List.of("a", "b", "c").stream().filter(run::hasTask).toList();
    }

    private static List<String> warnings(MachineFixture run) {
        return run.eventsOf(Level.WARNING);
    }

    @Test
    void oneAfterTheOtherHasTheTurnAndRoundAgain() {
        MachineFixture run = start("c", "a", "b");
        for (int round = 1; round <= 6; round++) {
            String client = "abc".substring((round - 1) % 3, (round - 1) % 3 + 1);
            assertThat(asked(run)).containsExactly(client);
            assertThat(run.task(client).round()).isEqualTo(round);
            assertThat(run.task(client).modelVersion()).isEqualTo(round - 1);
            assertThat(run.update(client, round).outcome()).isEqualTo(Outcome.ACCEPTED);
        }
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FINISHED);
    }

    @Test
    void silentClientIsPassedOverAndTheRingGoesOn() {
        MachineFixture run = start("a", "b", "c");
        run.update("a", 1);
        assertThat(asked(run)).containsExactly("b");
        CompletableFuture<Optional<RoundTask>> waits = run.poll("c");
        run.pass(MachineFixture.DEADLINE.minusMillis(1));
        CompletableFuture<Optional<RoundTask>> again = run.poll("c");
        assertThat(waits.join()).isEmpty();
        run.pass(MachineFixture.DEADLINE.dividedBy(1000));
        assertThat(again.join().orElseThrow().round()).isEqualTo(2);
        assertThat(warnings(run))
                .containsExactly(
                        "round 2: client b is passed over: no update before the deadline of 1m 00s;"
                                + " c has the turn");
        // It is there, and slow: its turn comes when the ring is round.
        run.hear("b");
        assertThat(asked(run)).containsExactly("c");
        run.update("c", 2);
        assertThat(asked(run)).containsExactly("a");
        run.update("a", 3);
        assertThat(asked(run)).containsExactly("b");
        assertThat(run.ledger.metrics.get(2)).extracting(round -> round.cohort()).isEqualTo(2);
    }

    @Test
    void updateOfAClientThatWasPassedOverIsLate() {
        MachineFixture run = start("a", "b", "c");
        run.pass(MachineFixture.DEADLINE.dividedBy(2));
        List.of("b", "c").forEach(run::hear);
        run.pass(MachineFixture.DEADLINE.dividedBy(2));
        assertThat(asked(run)).containsExactly("b");
        assertThat(run.update("a", 1).code()).isEqualTo(ErrorCode.LATE);
        assertThat(run.update("b", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(run.machine.status().modelVersion()).isEqualTo(1);
        assertThat(asked(run)).containsExactly("c");
    }

    @Test
    void clientThatLeavesOrCannotIsPassedOverAtOnce() {
        MachineFixture run = start("a", "b", "c");
        run.leave("a");
        assertThat(asked(run)).containsExactly("b");
        run.machine.progress("b", new ClientProgress("r", 1, ClientPhase.FAILED, 0, 1));
        run.machine.advance();
        assertThat(asked(run)).containsExactly("c");
        // What comes back has had its turn.
        run.register("a");
        assertThat(asked(run)).containsExactly("c");
        assertThat(run.reject("c", 1, ErrorCode.NOT_FINITE).outcome()).isEqualTo(Outcome.REJECTED);
        // All have: the round begins anew.
        assertThat(asked(run)).containsExactly("a");
        assertThat(warnings(run)).anySatisfy(line -> assertThat(line).contains("a is passed over"));
        assertThat(warnings(run)).anySatisfy(line -> assertThat(line).contains("attempt 1"));
        assertThat(run.update("a", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void serverThatIsStartedAgainKnowsWhoseTurnItIs() {
        MachineFixture before = start("a", "b", "c");
        before.leave("a");
        before.leave("b");
        assertThat(asked(before)).containsExactly("c");
        Recovery recovery =
                new Recovery(
                        List.of("a", "b", "c").stream().map(MachineFixture::registration).toList(),
                        List.of(),
                        before.ledger.events,
                        before.ledger.last,
                        List.of(),
                        List.of(),
                        List.of());
        MachineFixture after = new MachineFixture(directory, before.config, model -> {}, recovery);
        assertThat(asked(after)).containsExactly("c");
        assertThat(after.update("b", 1).code()).isEqualTo(ErrorCode.LATE);
        assertThat(after.update("c", 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(after.ledger.metrics.get(1)).extracting(round -> round.cohort()).isEqualTo(3);
        assertThat(asked(after)).containsExactly("a");
    }

    @Test
    void runWhoseClientsAreAllSilentFails() {
        MachineFixture run = start("a", "b");
        for (int i = 0; i < 8 && !run.machine.ended(); i++) {
            run.pass(MachineFixture.DEADLINE);
        }
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FAILED);
    }
}
