package dev.tributary.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.store.DatabaseLedger;
import dev.tributary.server.store.ReceiptLog;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What every database must do; one subclass for each. */
abstract class DatabaseContract {
    static final String RUN = "digits-1";

    Database database;

    /** An empty database, for one test. */
    abstract DatabaseAddress address();

    @BeforeEach
    void open() {
        database = Database.open(address());
        database.runs()
                .create(new NewRun(RUN, "digits", "rounds: 3\n", 42), RunStatus.State.WAITING);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatWasWrittenIsThereAfterReopening() {
        database.rounds().open(start(1, 1));
        close(1, receipt(1, 1, "a"));
        database.metrics().complete(RUN, metrics(1, 0.5));
        database.runs().changeState(RUN, RunStatus.State.RUNNING, "round 1 of 3");
        reopen();
        assertThat(database.runs().unfinished()).hasSize(1);
        StoredRun run = database.runs().find(RUN).orElseThrow();
        assertThat(run.asked()).isEqualTo(new NewRun(RUN, "digits", "rounds: 3\n", 42));
        assertThat(run.state()).isEqualTo(RunStatus.State.RUNNING);
        assertThat(run.message()).isEqualTo("round 1 of 3");
        StoredRound round = database.rounds().last(RUN).orElseThrow();
        assertThat(round.start()).isEqualTo(start(1, 1));
        assertThat(round.end()).isEqualTo(new RoundEnd(1, "abc"));
        assertThat(database.receipts().accepted(RUN, 1)).containsExactly(receipt(1, 1, "a"));
        assertThat(database.receipts().before(RUN, 2)).containsExactly(receipt(1, 1, "a"));
        assertThat(database.receipts().before(RUN, 1)).isEmpty();
        assertThat(database.metrics().history(RUN)).containsExactly(metrics(1, 0.5));
    }

    @Test
    void openingTwiceMigratesOnce() {
        try (Database second = secondOpening()) {
            assertThat(second.runs().list()).hasSize(1);
        }
        reopen();
        assertThat(database.runs().list()).hasSize(1);
    }

    @Test
    void anOpenAttemptMayAskMoreClients() {
        RoundStart more = new RoundStart(RUN, 1, 1, List.of("a", "b", "c", "0"), 0);
        database.rounds().open(start(1, 1));
        database.rounds().open(more);
        assertThat(database.rounds().last(RUN).orElseThrow().start()).isEqualTo(more);
        RoundStart others = new RoundStart(RUN, 1, 1, List.of("x", "b", "c", "0"), 0);
        assertThatThrownBy(() -> database.rounds().open(others))
                .hasMessageContaining("found attempt 1 open");
        assertThatThrownBy(() -> database.rounds().open(start(1, 1)))
                .hasMessageContaining("found attempt 1 open");
    }

    @Test
    void aRoundThatContradictsTheDatabaseIsRefused() {
        database.rounds().open(start(1, 2));
        assertThatThrownBy(() -> database.rounds().open(start(1, 1)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("expected attempt 1 to be open or new, found attempt 2 open");
        RoundEnd end = new RoundEnd(1, "abc");
        assertThatThrownBy(() -> database.rounds().close(RUN, 1, end, metrics(1, null), List.of()))
                .hasMessageContaining("found attempt 2 open");
        assertThatThrownBy(() -> database.rounds().close(RUN, 1, end, metrics(7, null), List.of()))
                .hasMessageContaining("found no such round");
        assertThat(database.metrics().history(RUN)).isEmpty();
        database.rounds().close(RUN, 2, end, metrics(1, null), List.of());
        assertThatThrownBy(() -> database.rounds().open(start(1, 3)))
                .hasMessageContaining("closed with");
        assertThatThrownBy(
                        () ->
                                database.rounds()
                                        .close(
                                                RUN,
                                                2,
                                                new RoundEnd(1, "def"),
                                                metrics(1, null),
                                                List.of()))
                .hasMessageContaining("closed with");
    }

    @Test
    void metricsAreCompleteOnceEvaluated() {
        database.rounds().open(start(1, 1));
        assertThat(database.metrics().isComplete(RUN, 1)).isFalse();
        database.rounds().close(RUN, 1, new RoundEnd(1, "abc"), metrics(1, null), List.of());
        assertThat(database.metrics().isComplete(RUN, 1)).isFalse();
        database.metrics().complete(RUN, metrics(1, 0.75));
        assertThat(database.metrics().isComplete(RUN, 1)).isTrue();
        database.metrics().complete(RUN, metrics(0, 0.1));
        assertThat(database.metrics().history(RUN))
                .containsExactly(metrics(0, 0.1), metrics(1, 0.75));
    }

    @Test
    void runsEndAreTakenUpAgainAndFinishForGood() {
        database.runs().create(new NewRun("other", "other", "", -1), RunStatus.State.WAITING);
        database.runs().changeState(RUN, RunStatus.State.STOPPED, "by request");
        assertThat(database.runs().find(RUN).orElseThrow().ended()).isNotNull();
        assertThat(database.runs().unfinished())
                .extracting(run -> run.asked().runId())
                .containsExactly("other");
        database.runs().changeState(RUN, RunStatus.State.RUNNING, "");
        assertThat(database.runs().find(RUN).orElseThrow().ended()).isNull();
        database.runs().changeState(RUN, RunStatus.State.FINISHED, "done");
        assertThatThrownBy(() -> database.runs().changeState(RUN, RunStatus.State.RUNNING, ""))
                .hasMessageContaining("has not finished");
        assertThatThrownBy(() -> database.runs().changeState("x", RunStatus.State.RUNNING, ""))
                .hasMessageContaining("no run x");
        assertThat(database.runs().list()).hasSize(2);
    }

    /** Nobody can tell two servers apart that ask for the same run in the same second. */
    @Test
    void anIdNamesOneRun() {
        NewRun same = database.runs().find(RUN).orElseThrow().asked();
        NewRun other = new NewRun(RUN, "digits", "other", 42);
        assertThat(database.runs().create(same, RunStatus.State.QUEUED)).isFalse();
        assertThat(database.runs().create(other, RunStatus.State.QUEUED)).isFalse();
        StoredRun standing = database.runs().find(RUN).orElseThrow();
        assertThat(standing.asked()).isEqualTo(same);
        assertThat(standing.state()).isEqualTo(RunStatus.State.WAITING);
    }

    @Test
    void refusalsAreTotalsThatMayBeToldTwice() {
        Refusal late = new Refusal(RUN, 1, "a", Outcome.DISCARDED, ErrorCode.LATE, 1);
        Refusal later = new Refusal(RUN, 1, "a", Outcome.DISCARDED, ErrorCode.LATE, 2);
        Refusal broken = new Refusal(RUN, 1, "b", Outcome.REJECTED, ErrorCode.NOT_FINITE, 1);
        database.receipts().refuse(List.of(broken, late));
        database.receipts().refuse(List.of(later));
        database.receipts().refuse(List.of(later));
        assertThat(database.receipts().refusals(RUN, 1)).containsExactly(later, broken);
    }

    @Test
    void eventsAreNumberedAndKeptOnce() {
        List<RunEvent> events =
                IntStream.rangeClosed(1, 5).mapToObj(i -> event(i, "event " + i)).toList();
        database.events().append(RUN, events.subList(0, 3));
        database.events().append(RUN, events.subList(2, 5));
        assertThat(database.events().lastSequence(RUN)).isEqualTo(5);
        assertThat(database.events().after(RUN, 1, 3)).isEqualTo(events.subList(1, 4));
    }

    @Test
    void hostileTextIsKeptAsFarAsItCanBe() {
        String hostile = "a\0b\ud800c'; DROP TABLE runs; -- \ud83d\ude00" + "x".repeat(5000);
        database.events().append(RUN, List.of(event(1, hostile)));
        assertThat(database.events().after(RUN, 0, 1).get(0).message())
                .startsWith("a?b?c'; DROP TABLE runs; -- \ud83d\ude00x")
                .hasSize(2000);
        database.agents().seen(List.of(new Agent("a", 1, hostile, hostile, null)));
        assertThat(database.agents().list()).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NewRun("../x", "", "", 0))
                .withMessageContaining("expected 1 to 128 letters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NewRun("x", "", "a\0", 0))
                .withMessageContaining("NUL");
    }

    @Test
    void anAgentIsRememberedAsItWasLast() {
        database.agents().seen(List.of(new Agent("b", 10, "cpu", "0.1", null), agent("a")));
        StoredAgent before = database.agents().find("b").orElseThrow();
        database.agents().seen(List.of(new Agent("b", 20, "gpu:0", "0.2", null)));
        StoredAgent after = database.agents().find("b").orElseThrow();
        assertThat(after.agent()).isEqualTo(new Agent("b", 20, "gpu:0", "0.2", null));
        assertThat(after.firstSeen()).isEqualTo(before.firstSeen());
        assertThat(after.lastSeen()).isAfterOrEqualTo(before.lastSeen());
        assertThat(database.agents().list())
                .extracting(stored -> stored.agent().clientId())
                .containsExactly("a", "b");
    }

    @Test
    void receiptsComeInClientOrderWhateverTheDatabasesLanguage() {
        database.rounds().open(start(1, 1));
        List<String> clients = List.of("b", "B", "a-1", "a.1", "a_1", "A", "10", "9", "a1");
        close(1, clients.stream().map(id -> receipt(1, 1, id)).toArray(Receipt[]::new));
        assertThat(database.receipts().accepted(RUN, 1))
                .extracting(Receipt::clientId)
                .containsExactlyElementsOf(clients.stream().sorted().toList());
    }

    @Test
    void numbersComeBackExactly() {
        database.rounds().open(start(1, 1));
        List<Receipt> exact = new ArrayList<>();
        for (double loss : new double[] {Double.NaN, Double.MIN_VALUE, 0.1, 1e300}) {
            String client = "c" + Double.doubleToLongBits(loss);
            exact.add(
                    new Receipt(
                            RUN, 1, 1, client, "ff", 1L << 40, client, Long.MAX_VALUE, 0.1, loss));
        }
        close(1, exact.toArray(Receipt[]::new));
        assertThat(database.receipts().accepted(RUN, 1)).containsExactlyInAnyOrderElementsOf(exact);
    }

    @Test
    void openingAndClosingARoundAgainIsHarmless() {
        database.rounds().open(start(1, 1));
        database.rounds().open(start(1, 1));
        close(1, receipt(1, 1, "a"));
        database.metrics().complete(RUN, metrics(1, 0.5));
        close(1, receipt(1, 1, "a"));
        assertThat(database.metrics().history(RUN)).containsExactly(metrics(1, 0.5));
        assertThat(database.receipts().accepted(RUN, 1)).hasSize(1);
    }

    @Test
    void aRoundThatIsNotClosedHasNoReceipts() {
        database.rounds().open(start(1, 2));
        assertThatThrownBy(() -> close(1, receipt(1, 1, "a")))
                .hasMessageContaining("found attempt 2 open");
        assertThat(database.receipts().accepted(RUN, 1)).isEmpty();
    }

    @Test
    void anInterruptedThreadLosesNothing() {
        database.rounds().open(start(1, 1));
        Thread.currentThread().interrupt();
        close(1, receipt(1, 1, "a"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(database.receipts().accepted(RUN, 1)).hasSize(1);
    }

    @Test
    void everyRoundToldBeforeAKillIsThereAfterwards() throws Exception {
        database.close();
        List<String> told = new ArrayList<>();
        Process writer = RoundWriter.start(address());
        try (BufferedReader lines = writer.inputReader()) {
            while (told.size() < 200) {
                told.add(lines.readLine());
            }
            // Not the process's own method, which would close the stream with lines unread.
            writer.toHandle().destroyForcibly();
            lines.lines().filter(line -> line.matches("c\\d{6}")).forEach(told::add);
        }
        assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
        database = Database.open(address());
        List<String> kept =
                database.receipts().before(RUN, Integer.MAX_VALUE).stream()
                        .map(Receipt::clientId)
                        .toList();
        assertThat(kept).containsAll(told);
        // Killed between a commit and its lines: the round that was under way.
        assertThat(kept.size() - told.size()).isBetween(0, RoundWriter.RECEIPTS);
    }

    /** What waits is forced to disk together; an attempt that is too old is among it. */
    @Test
    void anEntryOfTheLedgerThatFailsLeavesTheOthers(@TempDir Path directory) throws Exception {
        List<CompletableFuture<Void>> accepted = new ArrayList<>();
        List<CompletableFuture<Void>> refused = new ArrayList<>();
        Path file = directory.resolve("receipts.log");
        try (ReceiptLog log = ReceiptLog.open(file, RUN);
                DatabaseLedger ledger = new DatabaseLedger(RUN, database, log)) {
            CompletableFuture<Void> unused = ledger.open(start(1, 2));
            for (int i = 0; i < 20; i++) {
                accepted.add(ledger.accept(List.of(receipt(1, 2, "c" + i))));
            }
            for (int i = 0; i < 20; i++) {
                refused.add(ledger.open(start(1, 1)));
                ledger.append(event(i + 1, "came"));
            }
        }
        reopen();
        assertThat(accepted).allSatisfy(end -> assertThat(end).isCompleted());
        assertThat(refused).allMatch(CompletableFuture::isCompletedExceptionally);
        try (ReceiptLog log = ReceiptLog.open(file, RUN)) {
            assertThat(log.found(1, 2)).hasSize(20);
        }
        assertThat(database.events().lastSequence(RUN)).isEqualTo(20);
        assertThat(database.rounds().last(RUN).orElseThrow().start()).isEqualTo(start(1, 2));
    }

    private void close(int attempt, Receipt... receipts) {
        database.rounds()
                .close(RUN, attempt, new RoundEnd(1, "abc"), metrics(1, null), List.of(receipts));
    }

    final void reopen() {
        database.close();
        database = Database.open(address());
    }

    /** Another opening while the first is in use. */
    Database secondOpening() {
        return Database.open(address());
    }

    static RoundStart start(int round, int attempt) {
        return new RoundStart(RUN, round, attempt, List.of("a", "b", "c"), round - 1);
    }

    static Receipt receipt(int round, int attempt, String client) {
        return receipt(round, attempt, client, "r%d-%s".formatted(round, client), "c0ffee");
    }

    static Receipt receipt(int round, int attempt, String client, String file, String checksum) {
        return new Receipt(RUN, round, attempt, client, checksum, 100, file, 10, 10.0, 0.5);
    }

    static RoundMetrics metrics(int round, @Nullable Double accuracy) {
        return new RoundMetrics(
                round, round, 3, 1, 0, 0, 0.5, accuracy, null, null, null, 100, 300, 0.25, 0);
    }

    private static RunEvent event(long sequence, String message) {
        return new RunEvent(sequence, sequence / 2.0, RunEvent.Level.WARNING, message);
    }

    private static Agent agent(String id) {
        return new Agent(id, 5, "cpu", "0.1", null);
    }
}
