package dev.tributary.server.store;

import dev.tributary.files.DurableFiles;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseException;
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
 * Writes entries of a ledger in their order, on a thread of its own, what waits together in one
 * transaction. While the disk is full or the database is away they wait. Thread-safe.
 */
final class LedgerWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
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

    private final Thread thread;

    /** Starts the thread; the database stays the caller's. */
    LedgerWriter(String runId, Database database) {
        this.runId = runId;
        this.database = database;
        this.thread = new Thread(this::work, "ledger");
        thread.setDaemon(true);
        thread.start();
    }

    void add(LedgerEntry entry) {
        entries.add(entry);
    }

    /** Whether entries find their way to disk. */
    Outage outage() {
        return outage;
    }

    /** Entries that wait. */
    int waiting() {
        return entries.size();
    }

    /** Writes what waits, up to the first that cannot be written now, and ends the thread. */
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
                if (!entry.isPatient() || !passes(e)) {
                    fail(entry, e);
                    return;
                }
                if (isEnding()) {
                    fail(entry, e);
                    giveUp(e);
                    return;
                }
                if (first) {
                    LOG.error("the run pauses: cannot {}: {}", entry.what(), e.getMessage());
                }
            }
        }
    }

    private static void fail(LedgerEntry entry, RuntimeException cause) {
        LOG.error("cannot {}: {}", entry.what(), cause.getMessage());
        entry.fail(cause);
    }

    /** What is behind an entry that could not be written at the end is not tried. */
    private void giveUp(RuntimeException cause) {
        entries.drainTo(left);
        left.forEach(entry -> entry.fail(cause));
        left.clear();
        left.add(END);
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
            add(
                    new Single(
                            "reach the database",
                            () -> database.runs().touch(runId),
                            new CompletableFuture<>()));
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
