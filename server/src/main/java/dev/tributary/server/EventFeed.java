package dev.tributary.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.store.RunJournal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A journal that others can follow while it is written. Thread-safe. */
final class EventFeed implements RunJournal {
    private static final int KEPT = 500;

    private final RunJournal journal;

    @GuardedBy("this")
    private final Deque<RunEvent> kept = new ArrayDeque<>();

    @GuardedBy("this")
    private List<CompletableFuture<List<RunEvent>>> waiting = new ArrayList<>();

    @GuardedBy("this")
    private long newest;

    @GuardedBy("this")
    private boolean ended;

    /**
     * @param journal keeps all of it
     * @param newest the number of the last event of an earlier server
     */
    EventFeed(RunJournal journal, long newest) {
        this.journal = journal;
        this.newest = newest;
    }

    /**
     * The events after one that is known, or the next as soon as it happens; none once the run has
     * ended. Empty if the wanted ones are so old that only the database has them.
     */
    synchronized Optional<CompletableFuture<List<RunEvent>>> after(long sequence) {
        if (sequence < newest) {
            boolean here = !kept.isEmpty() && kept.getFirst().sequence() <= sequence + 1;
            return here
                    ? Optional.of(CompletableFuture.completedFuture(keptAfter(sequence)))
                    : Optional.empty();
        }
        CompletableFuture<List<RunEvent>> next = new CompletableFuture<>();
        if (ended) {
            next.complete(List.of());
        } else {
            waiting.removeIf(CompletableFuture::isDone);
            waiting.add(next);
        }
        return Optional.of(next);
    }

    @Override
    public void append(RunEvent event) {
        journal.append(event);
        take(event).forEach(next -> next.complete(List.of(event)));
    }

    @Override
    public void append(RoundMetrics metrics) {
        journal.append(metrics);
    }

    @Override
    public void finish(RunStatus last, String modelSha256) {
        journal.finish(last, modelSha256);
    }

    /** Nothing will happen any more: whoever waits goes home. */
    void end() {
        List<CompletableFuture<List<RunEvent>>> left;
        synchronized (this) {
            ended = true;
            left = waiting;
            waiting = new ArrayList<>();
        }
        left.forEach(next -> next.complete(List.of()));
    }

    private synchronized List<CompletableFuture<List<RunEvent>>> take(RunEvent event) {
        if (kept.size() == KEPT) {
            kept.removeFirst();
        }
        kept.addLast(event);
        newest = event.sequence();
        List<CompletableFuture<List<RunEvent>>> told = waiting;
        waiting = new ArrayList<>();
        return told;
    }

    private synchronized List<RunEvent> keptAfter(long sequence) {
        return kept.stream().filter(event -> event.sequence() > sequence).toList();
    }
}
