package dev.tributary.server.store;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Agent;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseException;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.database.RoundEnd;
import dev.tributary.server.database.RoundStart;
import dev.tributary.server.store.LedgerEntry.Force;
import dev.tributary.server.store.LedgerEntry.Held;
import dev.tributary.server.store.LedgerEntry.Notes;
import dev.tributary.server.store.LedgerEntry.Single;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Writes the ledger on a thread of its own, what waits together in one transaction. Receipts go to
 * their log, and into the database when their round closes.
 *
 * <p>While the disk is full or the database is away, entries wait, and the run with them. An open
 * round takes updates meanwhile; those of a round that the database does not have yet are refused,
 * and so their senders come again. Thread-safe.
 */
public final class DatabaseLedger implements RunLedger, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseLedger.class);
    private static final int MAX_GROUP = 256;
    private static final long PAUSE_MILLIS = 500;
    private static final LedgerEntry END = new LedgerEntry.End();

    private final String runId;
    private final Database database;
    private final BlockingQueue<LedgerEntry> entries = new LinkedBlockingQueue<>();
    private final Semaphore closing = new Semaphore(0);
    private final Outage outage = new Outage();

    /** Of what was taken from the queue, yet to be written; the thread's alone. */
    private final Deque<LedgerEntry> left = new ArrayDeque<>();

    private final ReceiptLog receiptLog;
    private final Thread thread;

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
        this.thread = new Thread(this::work, "ledger");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public Shortage shortage() {
        return outage.shortage().or(receiptLog.shortage());
    }

    @Override
    public Optional<String> obstacle() {
        return outage.isLasting() && !opened.isDone()
                ? Optional.of("the database cannot be written")
                : receiptLog.obstacle();
    }

    @Override
    public void seen(Agent agent) {
        entries.add(Notes.seen(runId, agent));
    }

    @Override
    public void append(RunEvent event) {
        entries.add(Notes.happened(runId, event));
    }

    /** Not before the database has the round: after a crash it might be another one. */
    @Override
    public CompletableFuture<Void> accept(List<Receipt> receipts) {
        CompletableFuture<Void> opening = opened;
        if (!opening.isDone()) {
            Held held = new Held(() -> accept(receipts), new CompletableFuture<>());
            entries.add(held);
            return held.answer();
        }
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
        entries.add(new Force(model, forced));
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
        return entries.size();
    }

    /** Writes what waits, without patience, and ends the thread. */
    @Override
    public void close() {
        closing.release();
        entries.add(END);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<Void> single(String what, Runnable write) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        entries.add(new Single(what, write, done));
        return done;
    }

    private void work() {
        List<LedgerEntry> batch = new ArrayList<>();
        while (!batch.contains(END)) {
            batch.clear();
            try {
                batch.add(entries.take());
            } catch (InterruptedException e) {
                LOG.error("the ledger was interrupted", e);
                return;
            }
            entries.drainTo(batch, MAX_GROUP - 1);
            write(merged(batch));
        }
    }

    /** In order, neighbours of a kind as one. */
    private static List<LedgerEntry> merged(List<LedgerEntry> batch) {
        List<LedgerEntry> merged = new ArrayList<>();
        for (LedgerEntry entry : batch) {
            if (entry == END) {
                break;
            }
            if (merged.isEmpty() || !merged.get(merged.size() - 1).absorb(entry)) {
                merged.add(entry);
            }
        }
        return merged;
    }

    /** Neighbours in one transaction; if that fails, one after the other. */
    private void write(List<LedgerEntry> merged) {
        left.addAll(merged);
        while (!left.isEmpty()) {
            List<LedgerEntry> neighbours = neighbours();
            boolean together =
                    neighbours.size() > 1 && !outage.isLasting() && writeTogether(neighbours);
            for (int i = 0; i < neighbours.size() && !left.isEmpty(); i++) {
                LedgerEntry entry = left.remove();
                if (!together) {
                    writeAlone(entry);
                }
            }
        }
    }

    /** The first entry that is left, and those behind it that may share its transaction. */
    private List<LedgerEntry> neighbours() {
        List<LedgerEntry> neighbours = new ArrayList<>();
        for (LedgerEntry entry : left) {
            if (entry.standsAlone() && !neighbours.isEmpty()) {
                break;
            }
            neighbours.add(entry);
            if (entry.standsAlone()) {
                break;
            }
        }
        return neighbours;
    }

    private boolean writeTogether(List<LedgerEntry> neighbours) {
        List<Runnable> answers = new ArrayList<>();
        try {
            database.together(
                    () -> {
                        answers.clear();
                        neighbours.forEach(entry -> answers.add(entry.write(database)));
                    });
        } catch (RuntimeException e) {
            // Nobody was told anything, and nothing was written.
            LOG.debug("entries could not be written together", e);
            noteOutage(e);
            return false;
        }
        outage.end();
        answers.forEach(Runnable::run);
        return true;
    }

    /** Tries until it is written, or fails for a reason that stays, or the ledger is closed. */
    private void writeAlone(LedgerEntry entry) {
        for (boolean first = true; ; first = false) {
            try {
                Runnable answer = entry.write(database);
                if (entry.isInDatabase()) {
                    outage.end();
                }
                answer.run();
                return;
            } catch (RuntimeException e) {
                noteOutage(e);
                if (!entry.isPatient() || !passes(e) || isEnding()) {
                    LOG.error("cannot {}: {}", entry.what(), e.getMessage());
                    entry.fail(e);
                    return;
                }
                if (first) {
                    LOG.error("the run pauses: cannot {}: {}", entry.what(), e.getMessage());
                }
            }
        }
    }

    /** Who waits for what is not patient is told so, rather than left without an answer. */
    private void noteOutage(RuntimeException failure) {
        if (!passes(failure)) {
            return;
        }
        left.removeIf(entry -> isRefused(entry, failure));
        entries.removeIf(entry -> isRefused(entry, failure));
        if (outage.begin()) {
            // Nothing else may wait, and then nothing would tell that it is over.
            CompletableFuture<Void> unused =
                    single("reach the database", () -> database.runs().touch(runId));
        }
    }

    private static boolean isRefused(LedgerEntry entry, RuntimeException cause) {
        if (entry.isPatient()) {
            return false;
        }
        entry.fail(cause);
        return true;
    }

    private static boolean passes(RuntimeException failure) {
        return failure instanceof DatabaseException e
                ? e.passes()
                : DurableFiles.saysDiskFull(failure);
    }

    /** Waits a moment; whether the ledger is to end. */
    private boolean isEnding() {
        try {
            boolean ending = closing.tryAcquire(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            if (ending) {
                closing.release();
            }
            return ending;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
