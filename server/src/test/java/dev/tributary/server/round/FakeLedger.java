package dev.tributary.server.round;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Agent;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.database.RoundEnd;
import dev.tributary.server.database.RoundStart;
import dev.tributary.server.database.StoredRound;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.server.store.RunLedger;
import dev.tributary.server.store.Shortage;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A database in memory, with the rules of the real one. Writes at once, or, if it is slow, when a
 * test says so; what was not written when the server is killed is lost.
 */
final class FakeLedger implements RunLedger {
    final Map<String, Agent> agents = new TreeMap<>();
    final Map<Integer, RoundMetrics> metrics = new TreeMap<>();
    final List<String> states = new ArrayList<>();
    final Map<String, Receipt> receipts = new LinkedHashMap<>();
    final List<Receipt> earlier = new ArrayList<>();
    long events;
    boolean slow;
    @Nullable RuntimeException acceptFailure;
    @Nullable RuntimeException closeFailure;
    Shortage shortage = Shortage.NONE;
    @Nullable StoredRound last;
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    /** Writes the oldest entry that waits; false if there is none. */
    boolean writeOne() {
        Runnable write = waiting.poll();
        if (write == null) {
            return false;
        }
        write.run();
        return true;
    }

    /** The server is killed. */
    void loseWhatWaits() {
        waiting.clear();
    }

    @Override
    public Shortage shortage() {
        Shortage now = shortage;
        shortage = now == Shortage.OVER ? Shortage.NONE : now;
        return now;
    }

    @Override
    public Optional<String> obstacle() {
        return shortage == Shortage.LASTING
                ? Optional.of("the database cannot be written")
                : Optional.empty();
    }

    @Override
    public void seen(Agent agent) {
        write(() -> agents.put(agent.clientId(), agent));
    }

    @Override
    public void append(RunEvent event) {
        write(() -> events = Math.max(events, event.sequence()));
    }

    @Override
    public CompletableFuture<Void> open(RoundStart start) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        write(
                () -> {
                    if (last != null && last.start().round() == start.round()) {
                        require(last.open(), "round " + start.round() + " has closed");
                        boolean more = last.start().attempt() == start.attempt();
                        require(more || last.start().attempt() < start.attempt(), "old attempt");
                        require(!more || receipts.isEmpty(), "nobody is asked behind an update");
                    }
                    if (last != null && !last.open()) {
                        earlier.addAll(receipts.values());
                    }
                    receipts.clear();
                    last = new StoredRound(start, null, Instant.EPOCH, null);
                    done.complete(null);
                });
        return done;
    }

    @Override
    public CompletableFuture<Void> accept(List<Receipt> together) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        RuntimeException failure = acceptFailure;
        write(
                () -> {
                    if (failure == null) {
                        together.forEach(this::count);
                        answer.complete(null);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
        return answer;
    }

    private void count(Receipt receipt) {
        require(open().round() == receipt.round(), "another round is open");
        Receipt before = receipts.putIfAbsent(receipt.clientId(), receipt);
        require(before == null, "counts twice: " + receipt);
    }

    @Override
    public CompletableFuture<Void> close(
            int attempt,
            RoundEnd end,
            RoundMetrics line,
            ModelVersion model,
            List<Receipt> counted) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (closeFailure != null) {
            done.completeExceptionally(closeFailure);
            return done;
        }
        write(
                () -> {
                    require(open().attempt() == attempt, "another attempt is open");
                    require(
                            Set.copyOf(counted).equals(Set.copyOf(receipts.values())),
                            "closes with other receipts than it has");
                    last = new StoredRound(open(), end, Instant.EPOCH, Instant.EPOCH);
                    metrics.put(line.round(), line);
                    done.complete(null);
                });
        return done;
    }

    @Override
    public void complete(RoundMetrics line) {
        write(() -> metrics.put(line.round(), line));
    }

    @Override
    public CompletableFuture<Void> end(RunStatus last) {
        return state(last.state(), last.message());
    }

    @Override
    public CompletableFuture<Void> state(RunStatus.State state, String message) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        write(
                () -> {
                    states.add(state.name());
                    done.complete(null);
                });
        return done;
    }

    private RoundStart open() {
        StoredRound standing = last;
        if (standing == null || !standing.open()) {
            throw new AssertionError("no round is open");
        }
        return standing.start();
    }

    private void write(Runnable entry) {
        if (slow) {
            waiting.add(entry);
        } else {
            entry.run();
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
