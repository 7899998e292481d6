package dev.tributary.server.relay;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.wire.SumMetadata;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Updates of a run that wait for those of the same round: until all clients that were asked through
 * this relay have sent theirs, or the first has waited long enough. Where none of the others has
 * begun, that is a twentieth of it: clients of one agent train one after the other, each when the
 * one before has its receipt. Thread-safe; the lock guards the lists alone.
 */
final class Gathering {
    private static final int SHORTER = 20;

    private final Duration hold;
    private final Outlet outlet;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<Integer, Gathered> rounds = new HashMap<>();

    /** Where those that came together go; called without the lock. */
    @FunctionalInterface
    interface Outlet {
        void send(int round, List<Held> held);
    }

    /**
     * An update that waits.
     *
     * @param update on disk
     * @param reply what its sender waits for
     */
    record Held(SpooledUpdate update, CompletableFuture<UpdateReceipt> reply) {
        String clientId() {
            return update.metadata().clientId();
        }
    }

    /** Of one round. */
    private static final class Gathered {
        private final Set<String> awaited = new HashSet<>();
        private final Set<String> atWork = new HashSet<>();
        private List<Held> held = new ArrayList<>();

        List<Held> take() {
            List<Held> taken = held;
            held = new ArrayList<>();
            return taken;
        }
    }

    /**
     * @param hold how long an update waits for others
     */
    Gathering(Duration hold, Outlet outlet) {
        this.hold = hold;
        this.outlet = outlet;
    }

    /** A client will send an update; rounds before are over. */
    void asked(int round, String clientId) {
        synchronized (lock) {
            rounds.entrySet()
                    .removeIf(entry -> entry.getKey() < round && entry.getValue().held.isEmpty());
            rounds.computeIfAbsent(round, number -> new Gathered()).awaited.add(clientId);
        }
    }

    /** A client has the model, and trains. */
    void begun(String clientId) {
        synchronized (lock) {
            for (Gathered gathered : rounds.values()) {
                if (gathered.awaited.contains(clientId)) {
                    gathered.atWork.add(clientId);
                }
            }
        }
    }

    /** A client has come with its update, whose receipt is told when all that wait have theirs. */
    CompletableFuture<UpdateReceipt> add(SpooledUpdate update) {
        Held one = new Held(update, new CompletableFuture<>());
        int round = update.metadata().round();
        List<Held> ready;
        boolean first;
        synchronized (lock) {
            Gathered gathered = rounds.computeIfAbsent(round, number -> new Gathered());
            gathered.awaited.remove(one.clientId());
            gathered.atWork.remove(one.clientId());
            // The same client again, whose connection broke: not twice in a sum.
            boolean again =
                    gathered.held.stream().anyMatch(h -> h.clientId().equals(one.clientId()));
            List<Held> before = again ? gathered.take() : List.of();
            if (!before.isEmpty()) {
                ready = before;
                gathered.held.add(one);
                first = true;
            } else {
                first = gathered.held.isEmpty();
                gathered.held.add(one);
                ready = complete(gathered) ? gathered.take() : List.of();
            }
        }
        send(round, ready);
        if (!ready.contains(one)) {
            after(hold.dividedBy(SHORTER), () -> flush(round, one, true));
            if (first) {
                after(hold, () -> flush(round, one, false));
            }
        }
        return one.reply();
    }

    /** A client will send nothing. */
    void gone(String clientId) {
        Map<Integer, List<Held>> ready = new HashMap<>();
        synchronized (lock) {
            rounds.forEach(
                    (round, gathered) -> {
                        gathered.atWork.remove(clientId);
                        if (gathered.awaited.remove(clientId) && complete(gathered)) {
                            ready.put(round, gathered.take());
                        }
                    });
        }
        ready.forEach(this::send);
    }

    private static boolean complete(Gathered gathered) {
        return gathered.awaited.isEmpty() || gathered.held.size() >= SumMetadata.MAX_PARTS;
    }

    private static void after(Duration time, Runnable task) {
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS).execute(task);
    }

    /**
     * An update has waited long enough, unless it is gone already.
     *
     * @param idle whether it waits on as long as another client is at work
     */
    private void flush(int round, Held one, boolean idle) {
        List<Held> ready = List.of();
        synchronized (lock) {
            Gathered gathered = rounds.get(round);
            if (gathered != null
                    && gathered.held.contains(one)
                    && !(idle && !gathered.atWork.isEmpty())) {
                ready = gathered.take();
            }
        }
        send(round, ready);
    }

    private void send(int round, List<Held> ready) {
        if (!ready.isEmpty()) {
            outlet.send(round, ready);
        }
    }
}
