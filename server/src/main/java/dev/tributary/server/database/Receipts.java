package dev.tributary.server.database;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which updates count, and how often others were refused. Thread-safe.
 *
 * <p>A transaction costs as much for ten receipts as for one: whoever has several, writes them
 * together.
 */
public final class Receipts {
    private static final String INSERT =
            "INSERT INTO receipts (run_id, round, client_id, attempt, checksum, bytes, spool_file,"
                    + " example_count, weight, train_loss)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    private static final String SELECT = "SELECT * FROM receipts WHERE run_id = ? AND round = ?";
    private static final String SELECT_BEFORE =
            "SELECT * FROM receipts WHERE run_id = ? AND round < ?";
    private static final String INSERT_REFUSAL =
            "INSERT INTO refusals (refused, run_id, round, client_id, outcome, code)"
                    + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    private static final String UPDATE_REFUSAL =
            "UPDATE refusals SET refused = ? WHERE run_id = ? AND round = ? AND client_id = ?"
                    + " AND outcome = ? AND code = ?";
    private static final String SELECT_REFUSALS =
            "SELECT * FROM refusals WHERE run_id = ? AND round = ?";

    /** All transactions insert in one order, so that none waits for one that waits for it. */
    private static final Comparator<Receipt> KEY_ORDER =
            Comparator.comparing(Receipt::runId)
                    .thenComparingInt(Receipt::round)
                    .thenComparing(Receipt::clientId);

    private static final Comparator<Refusal> REFUSAL_ORDER =
            Comparator.comparing(Refusal::clientId)
                    .thenComparing(Refusal::outcome)
                    .thenComparing(Refusal::code);

    private record RoundKey(String runId, int round) {}

    private final Transactions transactions;

    Receipts(Transactions transactions) {
        this.transactions = transactions;
    }

    /** {@link #accept(List)} for one. */
    public Acceptance accept(Receipt receipt) {
        return accept(List.of(receipt)).get(0);
    }

    /**
     * Writes receipts in one transaction, each if the attempt at its round is open and the client
     * has none in the round. Harmless to repeat: an upload that counts is told so again.
     *
     * @return how each ended, in the order given
     */
    public List<Acceptance> accept(List<Receipt> receipts) {
        if (receipts.isEmpty()) {
            return List.of();
        }
        List<Receipt> inOrder = receipts.stream().sorted(KEY_ORDER).toList();
        return transactions.write("write receipts", handle -> accept(handle, inOrder, receipts));
    }

    /** The updates that count in a round, by client id. */
    public List<Receipt> accepted(String runId, int round) {
        // Sorted here: what comes first in the database depends on its language.
        return transactions.read(
                "list the receipts of " + runId,
                handle ->
                        handle
                                .select(SELECT, runId, round)
                                .map((row, context) -> read(row))
                                .stream()
                                .sorted(KEY_ORDER)
                                .toList());
    }

    /** The updates that count in all rounds before one, by round and client id. */
    public List<Receipt> before(String runId, int round) {
        return transactions.read(
                "list the receipts of " + runId,
                handle ->
                        handle
                                .select(SELECT_BEFORE, runId, round)
                                .map((row, context) -> read(row))
                                .stream()
                                .sorted(KEY_ORDER)
                                .toList());
    }

    /** Notes refusals in one transaction; harmless to repeat. */
    public void refuse(List<Refusal> refusals) {
        if (refusals.isEmpty()) {
            return;
        }
        List<Refusal> inOrder = refusals.stream().sorted(REFUSAL_ORDER).toList();
        transactions.write(
                "note refusals",
                handle -> {
                    executeAll(handle, INSERT_REFUSAL, inOrder);
                    executeAll(handle, UPDATE_REFUSAL, inOrder);
                    return true;
                });
    }

    /** The refusals of a round, by client id. */
    public List<Refusal> refusals(String runId, int round) {
        return transactions.read(
                "list the refusals of " + runId,
                handle ->
                        handle
                                .select(SELECT_REFUSALS, runId, round)
                                .map((row, context) -> readRefusal(row))
                                .stream()
                                .sorted(REFUSAL_ORDER)
                                .toList());
    }

    private static List<Acceptance> accept(
            Handle handle, List<Receipt> inOrder, List<Receipt> asGiven) {
        Map<RoundKey, Optional<StoredRound>> rounds = new HashMap<>();
        List<Receipt> open = new ArrayList<>();
        for (Receipt receipt : inOrder) {
            RoundKey key = new RoundKey(receipt.runId(), receipt.round());
            rounds.computeIfAbsent(key, k -> Rounds.lock(handle, k.runId(), k.round()));
            if (isOpen(receipt, rounds)) {
                open.add(receipt);
            }
        }
        Set<Receipt> inserted = insert(handle, open);
        Map<RoundKey, Map<String, Receipt>> standing =
                standing(
                        handle,
                        inOrder.stream().filter(receipt -> !inserted.contains(receipt)).toList());
        List<Acceptance> ends = new ArrayList<>();
        for (Receipt receipt : asGiven) {
            if (inserted.contains(receipt)) {
                ends.add(new Acceptance.Counted(receipt));
                continue;
            }
            RoundKey key = new RoundKey(receipt.runId(), receipt.round());
            Receipt counts = standing.getOrDefault(key, Map.of()).get(receipt.clientId());
            ends.add(
                    counts == null
                            ? notOpen(receipt, rounds.getOrDefault(key, Optional.empty()))
                            : end(receipt, counts));
        }
        return List.copyOf(ends);
    }

    private static boolean isOpen(Receipt receipt, Map<RoundKey, Optional<StoredRound>> rounds) {
        return rounds.getOrDefault(new RoundKey(receipt.runId(), receipt.round()), Optional.empty())
                .filter(StoredRound::open)
                .filter(round -> round.start().attempt() == receipt.attempt())
                .isPresent();
    }

    /** Those of which there was none; what counts in place of the others must be looked up. */
    private static Set<Receipt> insert(Handle handle, List<Receipt> receipts) {
        Set<Receipt> inserted = new HashSet<>();
        if (!receipts.isEmpty()) {
            PreparedBatch batch = handle.prepareBatch(INSERT);
            receipts.forEach(receipt -> add(batch, receipt));
            int[] counts = batch.execute();
            for (int i = 0; i < counts.length; i++) {
                // A driver that does not tell the number says so with a negative one.
                if (counts[i] == 1) {
                    inserted.add(receipts.get(i));
                }
            }
        }
        return inserted;
    }

    /** What counts in place of receipts that were not inserted. */
    private static Map<RoundKey, Map<String, Receipt>> standing(
            Handle handle, List<Receipt> receipts) {
        Map<RoundKey, Map<String, Receipt>> standing = new HashMap<>();
        for (Receipt receipt : receipts) {
            RoundKey key = new RoundKey(receipt.runId(), receipt.round());
            handle.select(
                            SELECT + " AND client_id = ?",
                            receipt.runId(),
                            receipt.round(),
                            receipt.clientId())
                    .map((row, context) -> read(row))
                    .findOne()
                    .ifPresent(
                            found ->
                                    standing.computeIfAbsent(key, k -> new HashMap<>())
                                            .put(found.clientId(), found));
        }
        return standing;
    }

    private static Acceptance end(Receipt receipt, Receipt counts) {
        // Also after a commit whose answer was lost: then the receipt that stands is this one.
        if (counts.spoolFile().equals(receipt.spoolFile())) {
            return new Acceptance.Counted(counts);
        }
        return new Acceptance.Duplicate(counts, counts.checksum().equals(receipt.checksum()));
    }

    private static Acceptance notOpen(Receipt receipt, Optional<StoredRound> round) {
        String found =
                round.map(
                                standing ->
                                        standing.open()
                                                ? "attempt " + standing.start().attempt()
                                                : "a round that has closed")
                        .orElse("no such round");
        return new Acceptance.NotOpen(
                "run %s, round %d: expected attempt %d to be open, found %s"
                        .formatted(receipt.runId(), receipt.round(), receipt.attempt(), found));
    }

    private static void add(PreparedBatch batch, Receipt receipt) {
        batch.add(
                receipt.runId(),
                receipt.round(),
                receipt.clientId(),
                receipt.attempt(),
                receipt.checksum(),
                receipt.bytes(),
                receipt.spoolFile(),
                receipt.exampleCount(),
                receipt.weight(),
                receipt.trainLoss());
    }

    private static void executeAll(Handle handle, String sql, List<Refusal> refusals) {
        PreparedBatch batch = handle.prepareBatch(sql);
        for (Refusal refusal : refusals) {
            batch.add(
                    refusal.times(),
                    refusal.runId(),
                    refusal.round(),
                    refusal.clientId(),
                    refusal.outcome().name(),
                    refusal.code().name());
        }
        batch.execute();
    }

    private static Receipt read(ResultSet row) throws SQLException {
        return new Receipt(
                row.getString("run_id"),
                row.getInt("round"),
                row.getInt("attempt"),
                row.getString("client_id"),
                row.getString("checksum"),
                row.getLong("bytes"),
                row.getString("spool_file"),
                row.getLong("example_count"),
                row.getDouble("weight"),
                row.getDouble("train_loss"));
    }

    private static Refusal readRefusal(ResultSet row) throws SQLException {
        return new Refusal(
                row.getString("run_id"),
                row.getInt("round"),
                row.getString("client_id"),
                Outcome.valueOf(row.getString("outcome")),
                ErrorCode.valueOf(row.getString("code")),
                row.getLong("refused"));
    }
}
