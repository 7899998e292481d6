package dev.tributary.server.store;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Acceptance;
import dev.tributary.server.database.Agent;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseException;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.database.RoundEnd;
import dev.tributary.server.database.RoundStart;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Writes the ledger on a thread of its own, neighbours of a kind in one transaction: ten receipts
 * that come at once cost one commit.
 *
 * <p>While the disk is full or the database is away, receipts are refused, and so their senders
 * come again; all other entries wait, and the run with them. Thread-safe.
 */
public final class DatabaseLedger implements RunLedger, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseLedger.class);
    private static final int MAX_GROUP = 256;
    private static final long PAUSE_MILLIS = 500;

    private final String runId;
    private final Database database;
    private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();
    private final Semaphore closing = new Semaphore(0);
    private final Thread thread;

    private sealed interface Entry {}

    /** What nothing else depends on: of those that come together, each kind is one commit. */
    private sealed interface Note extends Entry {}

    private record Seen(Agent agent) implements Note {}

    private record Happened(RunEvent event) implements Note {}

    /** Of updates that came together: one transaction writes all of them. */
    private record Accept(List<Receipt> receipts, List<CompletableFuture<Acceptance>> answers)
            implements Entry {}

    /** One that is not grouped. */
    private record Single(String what, Runnable write, CompletableFuture<Void> done)
            implements Entry {}

    private record End() implements Entry {}

    /** Starts the thread. The database stays the caller's. */
    public DatabaseLedger(String runId, Database database) {
        this.runId = runId;
        this.database = database;
        this.thread = new Thread(this::work, "ledger");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void seen(Agent agent) {
        entries.add(new Seen(agent));
    }

    @Override
    public void append(RunEvent event) {
        entries.add(new Happened(event));
    }

    @Override
    public List<CompletableFuture<Acceptance>> accept(List<Receipt> receipts) {
        List<CompletableFuture<Acceptance>> answers =
                receipts.stream().map(receipt -> new CompletableFuture<Acceptance>()).toList();
        entries.add(new Accept(List.copyOf(receipts), answers));
        return answers;
    }

    @Override
    public CompletableFuture<Void> open(RoundStart start) {
        return single("open round " + start.round(), () -> database.rounds().open(start));
    }

    @Override
    public CompletableFuture<Void> close(
            int attempt, RoundEnd end, RoundMetrics metrics, ModelVersion model) {
        return single(
                "close round " + metrics.round(),
                () -> {
                    force(model);
                    database.rounds().close(runId, attempt, end, metrics);
                });
    }

    private static void force(ModelVersion model) {
        try {
            model.force();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        entries.add(new End());
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
        List<Entry> batch = new ArrayList<>();
        boolean ended = false;
        while (!ended) {
            try {
                batch.add(entries.take());
            } catch (InterruptedException e) {
                LOG.error("the ledger was interrupted", e);
                return;
            }
            entries.drainTo(batch, MAX_GROUP - 1);
            ended = write(batch);
            batch.clear();
        }
    }

    /** Writes a batch in order, group by group; whether it holds the end. */
    private boolean write(List<Entry> batch) {
        int from = 0;
        while (from < batch.size()) {
            Class<?> kind = kindOf(batch.get(from));
            int to = from + 1;
            while (to < batch.size() && kindOf(batch.get(to)) == kind && kind != Single.class) {
                to++;
            }
            if (kind == End.class) {
                return true;
            }
            writeGroup(batch.subList(from, to));
            from = to;
        }
        return false;
    }

    /** Entries of the same kind make a group. */
    private static Class<?> kindOf(Entry entry) {
        return entry instanceof Note ? Note.class : entry.getClass();
    }

    private void writeGroup(List<Entry> group) {
        Entry first = group.get(0);
        if (first instanceof Single single) {
            patiently(single.what, single.write, single.done);
        } else if (first instanceof Accept) {
            count(group.stream().map(Accept.class::cast).toList());
        } else {
            // Who registers is seen and told of: ten thousand who come at once alternate so.
            each(group, Seen.class, Seen::agent, database.agents()::seen);
            each(
                    group,
                    Happened.class,
                    Happened::event,
                    events -> database.events().append(runId, events));
        }
    }

    private <E, T> void each(
            List<Entry> group, Class<E> type, Function<E, T> value, Consumer<List<T>> write) {
        List<T> values =
                group.stream().filter(type::isInstance).map(type::cast).map(value).toList();
        if (!values.isEmpty()) {
            patiently("note what happened", () -> write.accept(values), new CompletableFuture<>());
        }
    }

    private void count(List<Accept> group) {
        List<CompletableFuture<Acceptance>> answers =
                group.stream().flatMap(entry -> entry.answers.stream()).toList();
        try {
            List<Acceptance> ends =
                    database.receipts()
                            .accept(
                                    group.stream()
                                            .flatMap(entry -> entry.receipts.stream())
                                            .toList());
            for (int i = 0; i < ends.size(); i++) {
                answers.get(i).complete(ends.get(i));
            }
        } catch (RuntimeException e) {
            LOG.error("receipts cannot be written: {}", e.getMessage());
            answers.forEach(answer -> answer.completeExceptionally(e));
        }
    }

    /** Tries until it is written, or fails for a reason that stays, or the ledger is closed. */
    private void patiently(String what, Runnable write, CompletableFuture<Void> done) {
        for (boolean first = true; ; first = false) {
            try {
                write.run();
                done.complete(null);
                return;
            } catch (RuntimeException e) {
                if (!passes(e) || closed()) {
                    fail(what, done, e);
                    return;
                }
                if (first) {
                    LOG.error("the run pauses: cannot {}: {}", what, e.getMessage());
                }
            }
        }
    }

    private static boolean passes(RuntimeException failure) {
        return failure instanceof DatabaseException e
                ? e.code() == ErrorCode.STORAGE_FULL || e.code() == ErrorCode.BUSY
                : DurableFiles.saysDiskFull(failure);
    }

    private static void fail(String what, CompletableFuture<Void> done, RuntimeException cause) {
        LOG.error("cannot {}: {}", what, cause.getMessage());
        done.completeExceptionally(cause);
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
