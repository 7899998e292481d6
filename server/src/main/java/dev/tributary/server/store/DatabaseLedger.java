package dev.tributary.server.store;

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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Writes the ledger on a thread of its own, neighbours of a kind in one transaction: ten receipts
 * that come at once cost one commit; and what waits together is forced to disk together.
 *
 * <p>While the disk is full or the database is away, receipts are refused, and so their senders
 * come again; all other entries wait, and the run with them. Thread-safe.
 */
public final class DatabaseLedger implements RunLedger, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseLedger.class);
    private static final int MAX_GROUP = 256;
    private static final long PAUSE_MILLIS = 500;
    private static final Entry END = new End();

    private final String runId;
    private final Database database;
    private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();
    private final Semaphore closing = new Semaphore(0);
    private final AtomicReference<Shortage> shortage = new AtomicReference<>(Shortage.NONE);

    /** Of what was taken from the queue, yet to be written; the thread's alone. */
    private final Deque<List<Entry>> left = new ArrayDeque<>();

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

    /** A file that must be on disk before what comes behind it. */
    private record Force(ModelVersion model, CompletableFuture<Void> done) implements Entry {}

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
    public Shortage shortage() {
        if (shortage.compareAndSet(Shortage.OVER, Shortage.NONE)) {
            return Shortage.OVER;
        }
        return away() ? Shortage.LASTING : Shortage.NONE;
    }

    @Override
    public boolean away() {
        return shortage.get() == Shortage.LASTING;
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
        CompletableFuture<Void> forced = new CompletableFuture<>();
        entries.add(new Force(model, forced));
        return single(
                "close round " + metrics.round(),
                () -> {
                    forced.join();
                    database.rounds().close(runId, attempt, end, metrics);
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
        List<Entry> batch = new ArrayList<>();
        while (!batch.contains(END)) {
            batch.clear();
            try {
                batch.add(entries.take());
            } catch (InterruptedException e) {
                LOG.error("the ledger was interrupted", e);
                return;
            }
            if (!(batch.get(0) instanceof Force)) {
                // A file takes its time: what comes meanwhile is written together behind it.
                entries.drainTo(batch, MAX_GROUP - 1);
            }
            write(groups(batch));
        }
    }

    /** Neighbours of a kind, in order. */
    private static List<List<Entry>> groups(List<Entry> batch) {
        List<List<Entry>> groups = new ArrayList<>();
        int from = 0;
        while (from < batch.size() && batch.get(from) != END) {
            Class<?> kind = kindOf(batch.get(from));
            int to = from + 1;
            while (to < batch.size() && kindOf(batch.get(to)) == kind && isGrouped(kind)) {
                to++;
            }
            groups.add(List.copyOf(batch.subList(from, to)));
            from = to;
        }
        return groups;
    }

    /** Entries of the same kind make a group. */
    private static Class<?> kindOf(Entry entry) {
        return entry instanceof Note ? Note.class : entry.getClass();
    }

    private static boolean isGrouped(Class<?> kind) {
        return kind == Note.class || kind == Accept.class;
    }

    /** Forces all groups to disk at once; if that fails, one after the other. */
    private void write(List<List<Entry>> groups) {
        List<Runnable> answers = new ArrayList<>();
        try {
            if (groups.size() > 1
                    && database.together(() -> groups.forEach(g -> answers.add(put(g))))) {
                written();
                answers.forEach(Runnable::run);
                return;
            }
        } catch (RuntimeException e) {
            // Nobody was told anything, and all of it is harmless to repeat.
            LOG.debug("entries could not be written together", e);
        }
        left.addAll(groups);
        for (List<Entry> group = left.poll(); group != null; group = left.poll()) {
            writeAlone(group);
        }
    }

    private void writeAlone(List<Entry> group) {
        Entry first = group.get(0);
        if (first instanceof Single single) {
            patiently(single.what, group, single.done);
        } else if (first instanceof Force force) {
            patiently("force the model to disk", group, force.done);
        } else if (first instanceof Accept) {
            count(group);
        } else {
            patiently("note what happened", group, new CompletableFuture<>());
        }
    }

    private void count(List<Entry> group) {
        try {
            Runnable answer = put(group);
            written();
            answer.run();
        } catch (RuntimeException e) {
            LOG.error("receipts cannot be written: {}", e.getMessage());
            noteShortage(e);
            boolean unused = refuse(group, e);
        }
    }

    /** Writes a group; what is returned tells who waits for it. */
    private Runnable put(List<Entry> group) {
        Entry first = group.get(0);
        if (first instanceof Single single) {
            single.write.run();
            return () -> single.done.complete(null);
        }
        if (first instanceof Force force) {
            force(force.model);
            // The closing of the round may be next, in the same group.
            force.done.complete(null);
            return () -> {};
        }
        if (first instanceof Accept) {
            List<Receipt> receipts =
                    group.stream().flatMap(entry -> ((Accept) entry).receipts.stream()).toList();
            List<Acceptance> ends = database.receipts().accept(receipts);
            List<CompletableFuture<Acceptance>> answers = answers(group);
            return () ->
                    IntStream.range(0, ends.size())
                            .forEach(i -> answers.get(i).complete(ends.get(i)));
        }
        // Who registers is seen and told of: ten thousand who come at once alternate so.
        List<Agent> agents = all(group, Seen.class, Seen::agent);
        List<RunEvent> events = all(group, Happened.class, Happened::event);
        if (!agents.isEmpty()) {
            database.agents().seen(agents);
        }
        if (!events.isEmpty()) {
            database.events().append(runId, events);
        }
        return () -> {};
    }

    private static void force(ModelVersion model) {
        try {
            model.force();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<CompletableFuture<Acceptance>> answers(List<Entry> group) {
        return group.stream().flatMap(entry -> ((Accept) entry).answers.stream()).toList();
    }

    private static <E, T> List<T> all(List<Entry> group, Class<E> type, Function<E, T> value) {
        return group.stream().filter(type::isInstance).map(type::cast).map(value).toList();
    }

    /** Tries until it is written, or fails for a reason that stays, or the ledger is closed. */
    private void patiently(String what, List<Entry> group, CompletableFuture<Void> done) {
        for (boolean first = true; ; first = false) {
            try {
                Runnable answer = put(group);
                written();
                answer.run();
                return;
            } catch (RuntimeException e) {
                noteShortage(e);
                if (!passes(e) || closed()) {
                    fail(what, done, e);
                    return;
                }
                if (first) {
                    LOG.error("the run pauses: cannot {}: {}", what, e.getMessage());
                }
                refuseReceipts(e);
            }
        }
    }

    /** Their senders are told to come again, rather than left without an answer meanwhile. */
    private void refuseReceipts(RuntimeException cause) {
        left.removeIf(group -> kindOf(group.get(0)) == Accept.class && refuse(group, cause));
        entries.removeIf(entry -> entry instanceof Accept && refuse(List.of(entry), cause));
    }

    private static boolean refuse(List<Entry> group, RuntimeException cause) {
        answers(group).forEach(answer -> answer.completeExceptionally(cause));
        return true;
    }

    /** There is room again, if there was none. */
    private void written() {
        boolean unused = shortage.compareAndSet(Shortage.LASTING, Shortage.OVER);
    }

    private void noteShortage(RuntimeException failure) {
        if (passes(failure) && shortage.getAndSet(Shortage.LASTING) != Shortage.LASTING) {
            // Nothing else may wait, and then nothing would tell that it is over.
            CompletableFuture<Void> unused = single("reach the database", this::lookUp);
        }
    }

    private void lookUp() {
        boolean unused = database.runs().find(runId).isPresent();
    }

    private static boolean passes(RuntimeException failure) {
        return failure instanceof DatabaseException e
                ? e.passes()
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
