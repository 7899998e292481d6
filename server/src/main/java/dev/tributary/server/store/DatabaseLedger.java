package dev.tributary.server.store;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Agent;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.database.RoundEnd;
import dev.tributary.server.database.RoundStart;
import dev.tributary.server.store.LedgerEntry.Force;
import dev.tributary.server.store.LedgerEntry.Held;
import dev.tributary.server.store.LedgerEntry.Notes;
import dev.tributary.server.store.LedgerEntry.Single;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Writes the ledger on a thread of its own, what waits together in one transaction. Receipts go to
 * their log, and into the database when their round closes.
 *
 * <p>While the disk is full or the database is away, entries wait, and the run with them. An open
 * round takes updates meanwhile; those of a round that the database does not have yet are refused,
 * and so their senders come again. Thread-safe.
 */
public final class DatabaseLedger implements RunLedger, AutoCloseable {
    private final String runId;
    private final Database database;
    private final ReceiptLog receiptLog;
    private final LedgerWriter writer;

    /** The newest round's way into the database, and that of the end of the one before. */
    private volatile CompletableFuture<Void> opened = CompletableFuture.completedFuture(null);

    private volatile CompletableFuture<Void> closed = CompletableFuture.completedFuture(null);

    /**
     * Starts the thread. Database and log stay the caller's.
     *
     * @param receiptLog where the receipts of the open round are
     */
    public DatabaseLedger(String runId, Database database, ReceiptLog receiptLog) {
        this.runId = runId;
        this.database = database;
        this.receiptLog = receiptLog;
        this.writer = new LedgerWriter(runId, database);
    }

    @Override
    public Shortage shortage() {
        return writer.outage().shortage().or(receiptLog.shortage());
    }

    @Override
    public Optional<String> obstacle() {
        return writer.outage().isLasting() && !opened.isDone()
                ? Optional.of("the database cannot be written")
                : receiptLog.obstacle();
    }

    @Override
    public boolean isStuck() {
        return writer.outage().isLasting();
    }

    @Override
    public void seen(Agent agent) {
        writer.add(Notes.seen(runId, agent));
    }

    @Override
    public void append(RunEvent event) {
        writer.add(Notes.happened(runId, event));
    }

    /** Not before the database has the round: after a crash it might be another one. */
    @Override
    public CompletableFuture<Void> accept(List<Receipt> receipts) {
        CompletableFuture<Void> opening = opened;
        if (opening.isDone()) {
            return append(opening, receipts);
        }
        Held held = new Held(() -> append(opening, receipts), new CompletableFuture<>());
        writer.add(held);
        return held.answer();
    }

    private CompletableFuture<Void> append(
            CompletableFuture<Void> opening, List<Receipt> receipts) {
        return opening.isCompletedExceptionally() ? opening : receiptLog.append(receipts);
    }

    @Override
    public CompletableFuture<Void> open(RoundStart start) {
        CompletableFuture<Void> before = closed;
        opened =
                single(
                        "open round " + start.round(),
                        () -> {
                            // Fails as that did: receipts of this round are written over its own.
                            before.getNow(null);
                            database.rounds().open(start);
                        });
        return opened;
    }

    @Override
    public CompletableFuture<Void> close(
            int attempt,
            RoundEnd end,
            RoundMetrics metrics,
            ModelVersion model,
            List<Receipt> receipts) {
        CompletableFuture<Void> forced = new CompletableFuture<>();
        writer.add(new Force(model, forced));
        closed =
                single(
                        "close round " + metrics.round(),
                        () -> {
                            forced.join();
                            database.rounds().close(runId, attempt, end, metrics, receipts);
                        });
        return closed;
    }

    @Override
    public void complete(RoundMetrics metrics) {
        CompletableFuture<Void> unused =
                single("note a round", () -> database.metrics().complete(runId, metrics));
    }

    @Override
    public CompletableFuture<Void> state(RunStatus.State state, String message) {
        return single("note " + state, () -> database.runs().changeState(runId, state, message));
    }

    @Override
    public CompletableFuture<Void> end(RunStatus last) {
        return single("note " + last.state(), () -> database.runs().end(last));
    }

    /** Entries that wait. */
    public int waiting() {
        return writer.waiting();
    }

    /** Writes what waits, up to the first that cannot be written now, and ends the thread. */
    @Override
    public void close() {
        writer.close();
    }

    private CompletableFuture<Void> single(String what, Runnable statement) {
        Single entry = new Single(what, statement, new CompletableFuture<>());
        writer.add(entry);
        return entry.done();
    }
}
