package dev.tributary.server.round;

import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.aggregation.SpooledUpdate;
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
import java.util.function.Function;

/**
 * A database and a log of receipts in memory, with the rules of the real ones. Writes at once, or,
 * if it is slow, when a test says so; what was not written when the server is killed is lost.
 */
final class FakeLedger implements RunLedger {
    final Map<String, Agent> agents = new TreeMap<>();
    final Map<Integer, RoundMetrics> metrics = new TreeMap<>();
    final List<String> states = new ArrayList<>();
    final List<Receipt> earlier = new ArrayList<>();
    long events;
    boolean slow;
    @Nullable RuntimeException closeFailure;
    @Nullable StoredRound last;

    /** How the database is, and the disk of the log; nothing is written where that lasts. */
    private Shortage database = Shortage.NONE;

    private Shortage disk = Shortage.NONE;

    /** What waits for the database, in order, and what waits for the log behind it. */
    private final Deque<Entry> entries = new ArrayDeque<>();

    private final Deque<Runnable> lines = new ArrayDeque<>();
    private CompletableFuture<Void> opened = CompletableFuture.completedFuture(null);

    /** What the log says, of one attempt, by client. */
    private final Map<String, Receipt> logged = new LinkedHashMap<>();

    /** Of the round that closed last. */
    private List<Receipt> counted = List.of();

    /**
     * What waits for the database.
     *
     * @param refusal what becomes of it while the database is away; null if it waits
     */
    private record Entry(Runnable write, @Nullable Runnable refusal) {}

    /** Writes the oldest that waits and can be written; false if there is none. */
    boolean writeOne() {
        return writeEntry() || writeLine();
    }

    /** The same for the database alone. */
    boolean writeEntry() {
        Entry next = database == Shortage.LASTING ? null : entries.poll();
        if (next == null) {
            return false;
        }
        next.write.run();
        return true;
    }

    /** The same for the log alone. */
    boolean writeLine() {
        Runnable next = disk == Shortage.LASTING ? null : lines.poll();
        if (next == null) {
            return false;
        }
        next.run();
        return true;
    }

    /** From now on nothing can be written to the database; whoever is not patient is told. */
    void loseDatabase() {
        database = Shortage.LASTING;
        List<Runnable> refusals =
                entries.stream().map(Entry::refusal).filter(refusal -> refusal != null).toList();
        entries.removeIf(entry -> entry.refusal != null);
        refusals.forEach(Runnable::run);
    }

    void findDatabase() {
        database = database == Shortage.LASTING ? Shortage.OVER : database;
        writeAtOnce();
    }

    /** From now on nothing can be written to the log. */
    void fillDisk() {
        disk = Shortage.LASTING;
    }

    void clearDisk() {
        disk = disk == Shortage.LASTING ? Shortage.OVER : disk;
        writeAtOnce();
    }

    /**
     * The server is killed.
     *
     * @param written lines that are on disk, though nobody was told, and the log could not be
     *     relied on
     */
    void loseWhatWaits(int written) {
        for (int i = 0; i < written && !lines.isEmpty(); i++) {
            lines.remove().run();
        }
        entries.clear();
        lines.clear();
        opened = CompletableFuture.completedFuture(null);
    }

    /** Who counts in the newest round, as a server that is started again finds it. */
    List<Receipt> receipts() {
        StoredRound newest = last;
        if (newest == null) {
            return List.of();
        }
        return newest.open()
                ? logged.values().stream().filter(receipt -> isOf(receipt, newest.start())).toList()
                : counted;
    }

    /** What an earlier server has written. */
    void goOnWith(Recovery recovery) {
        last = recovery.last();
        counted = recovery.receipts();
        counted.forEach(receipt -> logged.put(receipt.clientId(), receipt));
    }

    /** What a server that is started again finds. */
    Recovery recovery(Function<Receipt, SpooledUpdate> spool) {
        boolean open = last != null && last.open();
        List<Receipt> closed = new ArrayList<>(earlier);
        closed.addAll(open ? List.of() : receipts());
        return new Recovery(
                agents.values().stream().map(FakeLedger::registration).toList(),
                List.copyOf(metrics.values()),
                events,
                last,
                receipts(),
                open ? receipts().stream().map(spool).toList() : List.of(),
                closed);
    }

    private static ClientRegistration registration(Agent agent) {
        return new ClientRegistration(
                agent.clientId(), 1, "test", agent.exampleCount(), agent.device());
    }

    @Override
    public Shortage shortage() {
        Shortage now =
                database == Shortage.LASTING || disk == Shortage.LASTING
                        ? Shortage.LASTING
                        : database == Shortage.OVER ? database : disk;
        database = database == Shortage.OVER ? Shortage.NONE : database;
        disk = disk == Shortage.OVER ? Shortage.NONE : disk;
        return now;
    }

    @Override
    public Optional<String> obstacle() {
        if (database == Shortage.LASTING && !opened.isDone()) {
            return Optional.of("the database cannot be written");
        }
        return disk == Shortage.LASTING
                ? Optional.of("receipts cannot be written")
                : Optional.empty();
    }

    @Override
    public boolean isStuck() {
        return database == Shortage.LASTING;
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
        opened = done;
        write(
                () -> {
                    if (last != null && last.start().round() == start.round()) {
                        require(last.open(), "round " + start.round() + " has closed");
                        boolean more = last.start().attempt() == start.attempt();
                        require(more || last.start().attempt() < start.attempt(), "old attempt");
                        require(!more || receipts().isEmpty(), "nobody is asked behind an update");
                    }
                    if (last != null && !last.open()) {
                        earlier.addAll(counted);
                    }
                    last = new StoredRound(start, null, Instant.EPOCH, null);
                    done.complete(null);
                });
        return done;
    }

    @Override
    public CompletableFuture<Void> accept(List<Receipt> together) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        if (opened.isDone()) {
            log(together, answer);
        } else if (database == Shortage.LASTING) {
            refuse(answer);
        } else {
            entries.add(new Entry(() -> log(together, answer), () -> refuse(answer)));
        }
        return answer;
    }

    private static void refuse(CompletableFuture<Void> answer) {
        answer.completeExceptionally(new IllegalStateException("the database is away"));
    }

    private void log(List<Receipt> together, CompletableFuture<Void> answer) {
        lines.add(
                () -> {
                    together.forEach(this::count);
                    answer.complete(null);
                });
        writeAtOnce();
    }

    private void writeAtOnce() {
        boolean more = !slow;
        while (more) {
            more = writeOne();
        }
    }

    private void count(Receipt receipt) {
        require(last != null && isOf(receipt, last.start()), "another attempt is open");
        logged.values()
                .removeIf(
                        before ->
                                before.attempt() != receipt.attempt()
                                        || before.round() != receipt.round());
        Receipt before = logged.putIfAbsent(receipt.clientId(), receipt);
        require(before == null, "counts twice: " + receipt);
    }

    @Override
    public CompletableFuture<Void> close(
            int attempt,
            RoundEnd end,
            RoundMetrics line,
            ModelVersion model,
            List<Receipt> receipts) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (closeFailure != null) {
            done.completeExceptionally(closeFailure);
            return done;
        }
        write(
                () -> {
                    require(open().attempt() == attempt, "another attempt is open");
                    require(
                            Set.copyOf(receipts()).containsAll(receipts),
                            "closes with receipts that it has not");
                    counted = receipts;
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

    private static boolean isOf(Receipt receipt, RoundStart start) {
        return receipt.round() == start.round() && receipt.attempt() == start.attempt();
    }

    private void write(Runnable entry) {
        entries.add(new Entry(entry, null));
        writeAtOnce();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
