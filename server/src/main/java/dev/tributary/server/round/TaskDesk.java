package dev.tributary.server.round;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.RoundTask;
import dev.tributary.server.cohort.Client;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Requests for a task that wait for one. Belongs to the coordinator's thread.
 *
 * <p>All wait equally long, so they end in the order in which they came. A client may wait for
 * tasks of several runs with one request: the first of them to complete its reply has it.
 */
final class TaskDesk {
    private record Waiter(long untilNanos, CompletableFuture<Optional<RoundTask>> reply) {}

    private final Map<String, Waiter> waiters = new LinkedHashMap<>();
    private final long waitNanos;

    TaskDesk(long waitNanos) {
        this.waitNanos = waitNanos;
    }

    /** The client is about to work on the task, unless its request was answered meanwhile. */
    static void handOut(
            Client client, RoundTask task, CompletableFuture<Optional<RoundTask>> reply) {
        if (!reply.complete(Optional.of(task))) {
            return;
        }
        switch (task.kind()) {
            case TRAIN -> client.enter(ClientPhase.DOWNLOADING);
            case EVALUATE -> client.enter(ClientPhase.EVALUATING);
            case FINISHED, RUN_ENDED -> client.tellToFinish();
        }
    }

    /** Waits for a task; an older request of the same client ends without one. */
    void park(String client, long nowNanos, CompletableFuture<Optional<RoundTask>> reply) {
        Waiter older = waiters.remove(client);
        waiters.put(client, new Waiter(nowNanos + waitNanos, reply));
        if (older != null) {
            older.reply.complete(Optional.empty());
        }
    }

    /** Ends the request of a client that has gone. */
    void drop(String client) {
        Waiter waiter = waiters.remove(client);
        if (waiter != null) {
            waiter.reply.complete(Optional.empty());
        }
    }

    /** Answers the clients for which the phase has a task. */
    void serve(Phase phase, Run run) {
        for (String client : phase.audience(run)) {
            if (waiters.containsKey(client)) {
                phase.beforeTask(client, run);
                phase.taskFor(client, run).ifPresent(task -> answer(client, task, run));
            }
        }
    }

    /** Ends the requests that have waited long enough. */
    void expire(long nowNanos) {
        Iterator<Waiter> oldest = waiters.values().iterator();
        while (oldest.hasNext()) {
            Waiter waiter = oldest.next();
            if (waiter.untilNanos > nowNanos) {
                return;
            }
            oldest.remove();
            waiter.reply.complete(Optional.empty());
        }
    }

    /** Ends all requests. */
    void close() {
        expire(RoundClock.NEVER);
    }

    /** When the next request ends without a task. */
    long wakeNanos() {
        Iterator<Waiter> oldest = waiters.values().iterator();
        return oldest.hasNext() ? oldest.next().untilNanos : RoundClock.NEVER;
    }

    /** Requests that wait. */
    int waiting() {
        return waiters.size();
    }

    private void answer(String client, RoundTask task, Run run) {
        Waiter waiter = waiters.remove(client);
        if (waiter != null) {
            run.atWork().tell(client);
            run.clients().find(client).ifPresent(known -> handOut(known, task, waiter.reply));
        }
    }
}
