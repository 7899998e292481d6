package dev.tributary.server.round;

import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.database.Receipt;
import dev.tributary.strategy.sampling.ClientHistories;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** One attempt at a round, and what it has counted. Belongs to the coordinator's thread. */
final class Round {
    private record Accepted(Receipt receipt, double seconds) {}

    /**
     * An update that shall count.
     *
     * @param update what is to be folded
     * @param receipt what says that it counts
     * @param acceptance the receipt's way to disk
     * @param reply what its sender waits for
     */
    record Pending(
            SpooledUpdate update,
            Receipt receipt,
            CompletableFuture<Void> acceptance,
            CompletableFuture<UpdateReceipt> reply) {}

    private final int number;
    private final int attempt;
    private final SortedSet<String> selected = new TreeSet<>();
    private final List<String> asked = new ArrayList<>();
    private final int target;
    private final RoundFigures figures;

    /** By id, so that sums do not depend on who came first. */
    private final SortedMap<String, Accepted> accepted = new TreeMap<>();

    /** On their way to disk: they will count, unless that fails. */
    private final Map<String, Pending> pending = new LinkedHashMap<>();

    /** As registered when the round began; by client. */
    private final Map<String, Long> exampleCounts = new HashMap<>();

    /** Selected, without an accepted update, and asked for none any more. */
    private final Set<String> answeredWrongly = new HashSet<>();

    /** Selected, without an accepted update, and gone for now. */
    private final Set<String> left = new HashSet<>();

    Round(int number, int attempt, List<String> asked, Run run) {
        this.number = number;
        this.attempt = attempt;
        this.target = run.target(asked.size());
        this.figures = new RoundFigures(run);
        asked.forEach(id -> ask(id, run));
    }

    /** One more client is asked. */
    void ask(String id, Run run) {
        if (selected.add(id)) {
            asked.add(id);
        }
        run.clients().find(id).ifPresent(client -> exampleCounts.put(id, client.exampleCount()));
    }

    /** Whether the client has had its turn in this round: its update counts, or none will. */
    boolean knows(String client) {
        return counts(client) || answeredWrongly.contains(client);
    }

    /** Whether an update of the client counts, if all goes well with its way to disk. */
    boolean counts(String client) {
        return accepted.containsKey(client) || pending.containsKey(client);
    }

    int number() {
        return number;
    }

    int attempt() {
        return attempt;
    }

    SortedSet<String> selected() {
        return selected;
    }

    /** The same, in the order in which they were asked. */
    List<String> asked() {
        return asked;
    }

    /** The number of updates at which the round closes. */
    int target() {
        return target;
    }

    /** What it costs and how it goes, for displays and files. */
    RoundFigures figures() {
        return figures;
    }

    int accepted() {
        return accepted.size();
    }

    Set<String> contributors() {
        return accepted.keySet();
    }

    /** Of all updates that count, by client id. */
    List<Receipt> receipts() {
        return accepted.values().stream().map(Accepted::receipt).toList();
    }

    /** Whether no further update is needed, if all goes well with those on their way to disk. */
    boolean full() {
        return accepted.size() + pending.size() >= target;
    }

    /** Whether so many more are needed. */
    boolean hasRoomFor(int updates) {
        return accepted.size() + pending.size() + updates <= target;
    }

    /** Whether enough updates count. */
    boolean complete() {
        return accepted.size() >= target;
    }

    /** Updates whose receipts are on their way to disk, by client. */
    Map<String, Pending> pending() {
        return pending;
    }

    /**
     * Whether no client is left that may still deliver. One that has gone may come back: it is
     * waited for where there is no round without it.
     */
    boolean exhausted(int minimum) {
        int gone = accepted.size() < minimum ? 0 : left.size();
        return accepted.size() + answeredWrongly.size() + gone >= selected.size();
    }

    /** The most that a selected client may claim in this round; 0 for others. */
    long exampleCount(String client) {
        return exampleCounts.getOrDefault(client, 0L);
    }

    /** Whether the client still has something to do in this round. */
    boolean awaits(String client) {
        return selected.contains(client)
                && !counts(client)
                && !left.contains(client)
                && !answeredWrongly.contains(client);
    }

    /**
     * An update counts.
     *
     * @param seconds since the round began; NaN if that was before a restart
     */
    void accept(Receipt receipt, double seconds) {
        answeredWrongly.remove(receipt.clientId());
        left.remove(receipt.clientId());
        accepted.put(receipt.clientId(), new Accepted(receipt, seconds));
    }

    /** It has no update for this round. */
    void decline(String client) {
        if (awaits(client)) {
            answeredWrongly.add(client);
        }
    }

    /** It has gone. */
    void leave(String client) {
        if (awaits(client)) {
            left.add(client);
        }
    }

    /** It is there again. */
    void comeBack(String client) {
        left.remove(client);
    }

    /** What samplers are told from the next round on. */
    void remember(ClientHistories histories) {
        accepted.forEach(
                (client, update) ->
                        histories.record(
                                client, number, update.receipt.trainLoss(), update.seconds));
    }
}
