package dev.tributary.server.database;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/**
 * Which updates count in rounds that are closed, and how often others were refused. Thread-safe.
 */
public final class Receipts {
    private static final String INSERT =
            "INSERT INTO receipts (run_id, round, client_id, attempt, checksum, bytes, spool_file,"
                    + " example_count, weight, train_loss)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
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

    private static final Comparator<Receipt> KEY_ORDER =
            Comparator.comparing(Receipt::runId)
                    .thenComparingInt(Receipt::round)
                    .thenComparing(Receipt::clientId);

    private static final Comparator<Refusal> REFUSAL_ORDER =
            Comparator.comparing(Refusal::clientId)
                    .thenComparing(Refusal::outcome)
                    .thenComparing(Refusal::code);

    private final Transactions transactions;

    Receipts(Transactions transactions) {
        this.transactions = transactions;
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

    /** Writes the receipts of a round that closes. */
    static void insert(Handle handle, List<Receipt> receipts) {
        if (!receipts.isEmpty()) {
            PreparedBatch batch = handle.prepareBatch(INSERT);
            receipts.forEach(receipt -> add(batch, receipt));
            batch.execute();
        }
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
