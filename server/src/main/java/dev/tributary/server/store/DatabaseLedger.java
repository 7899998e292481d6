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

    /** The newest round's way into the database. */
    private volatile CompletableFuture<Void> opened = CompletableFuture.completedFuture(null);

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
        return outage.shortage();
    }

    @Override
    public boolean away() {
        return outage.isLasting() && !opened.isDone();
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
        if (opened.isCompletedExceptionally()) {
            return opened;
        }
        if (opened.isDone()) {
            return receiptLog.append(receipts);
        }
        Held held = new Held(() -> receiptLog.append(receipts), new CompletableFuture<>());
        entries.add(held);
        return held.answer();
    }

    @Override
    public CompletableFuture<Void> open(RoundStart start) {
        opened = single("open round " + start.round(), () -> database.rounds().open(start));
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
        return single(
                "close round " + metrics.round(),
                () -> {
                    forced.join();
                    database.rounds().close(runId, attempt, end, metrics, receipts);
                });
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
        try {
            while (true) {
                if (left.isEmpty()) {
                    left.add(entries.take());
                }
                drain();
                if (left.element() == END) {
                    return;
                }
                write(neighbours());
            }
        } catch (InterruptedException e) {
            LOG.error("the ledger was interrupted", e);
        }
    }

    /** What came while others were written shares the next transaction; kinds merge, in order. */
    private void drain() {
        for (int i = 0; i < MAX_GROUP; i++) {
            LedgerEntry next = entries.poll();
            if (next == null) {
                return;
            }
            if (!left.getLast().absorb(next)) {
                left.add(next);
            }
        }
    }

    /** In one transaction; if that fails, one after the other. */
    private void write(List<LedgerEntry> neighbours) {
        boolean together =
                neighbours.size() > 1 && !outage.isLasting() && writeTogether(neighbours);
        for (LedgerEntry entry : neighbours) {
            // What was refused meanwhile is gone.
            if (left.remove(entry) && !together) {
                writeAlone(entry);
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
                if (!entry.isPatient() || !passes(e) || closed()) {
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
    private boolean closed() {
        try {
            boolean closed = closing.tryAcquire(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            if (closed) {
                closing.release();
            }
            return closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
