package dev.tributary.server.database;

import dev.tributary.protocol.RoundMetrics;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** How far runs are. Thread-safe. */
public final class Rounds {
    private static final String INSERT =
            "INSERT INTO rounds (run_id, round, attempt, cohort, base_version)"
                    + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    private static final String REOPEN =
            "UPDATE rounds SET attempt = ?, cohort = ?, base_version = ?,"
                    + " opened_at = CURRENT_TIMESTAMP WHERE run_id = ? AND round = ?";
    private static final String ASK_MORE =
            "UPDATE rounds SET cohort = ? WHERE run_id = ? AND round = ?";
    private static final String CLOSE =
            "UPDATE rounds SET published_version = ?, model_checksum = ?,"
                    + " closed_at = CURRENT_TIMESTAMP WHERE run_id = ? AND round = ?";
    private static final String FORGET_OPEN =
            "DELETE FROM rounds WHERE run_id = ? AND closed_at IS NULL";
    private static final String SELECT = "SELECT * FROM rounds WHERE run_id = ?";

    private final Transactions transactions;

    Rounds(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Opens a round, or tries it again. The same attempt once more may have asked more clients.
     * Harmless to repeat.
     *
     * @throws DatabaseException if the round has closed, or the attempt is not newer than the one
     *     that stands and not the same
     */
    public void open(RoundStart start) {
        transactions.write(
                "open round %d of %s".formatted(start.round(), start.runId()),
                handle -> {
                    String cohort = String.join(" ", start.cohort());
                    handle.execute(
                            INSERT,
                            start.runId(),
                            start.round(),
                            start.attempt(),
                            cohort,
                            start.baseVersion());
                    StoredRound standing = lock(handle, start.runId(), start.round()).orElseThrow();
                    if (standing.open() && standing.start().attempt() < start.attempt()) {
                        return handle.execute(
                                REOPEN,
                                start.attempt(),
                                cohort,
                                start.baseVersion(),
                                start.runId(),
                                start.round());
                    }
                    if (!standing.open() || !start.continues(standing.start())) {
                        throw conflict(start.runId(), start.round(), start.attempt(), standing);
                    }
                    return handle.execute(ASK_MORE, cohort, start.runId(), start.round());
                });
    }

    /**
     * Closes a round with what it published, its receipts and its metrics, at once. Harmless to
     * repeat.
     *
     * @param attempt the attempt that succeeded
     * @param metrics of this round, which may still lack its evaluation
     * @param receipts of the updates that count in it
     * @throws DatabaseException if that attempt is not open, and was not closed with the same model
     */
    public void close(
            String runId, int attempt, RoundEnd end, RoundMetrics metrics, List<Receipt> receipts) {
        int round = metrics.round();
        transactions.write(
                "close round %d of %s".formatted(round, runId),
                handle -> {
                    StoredRound standing =
                            lock(handle, runId, round)
                                    .orElseThrow(() -> none(runId, round, attempt));
                    boolean same = standing.start().attempt() == attempt;
                    if (same && end.equals(standing.end())) {
                        return 0;
                    }
                    if (!same || !standing.open()) {
                        throw conflict(runId, round, attempt, standing);
                    }
                    Metrics.put(handle, runId, metrics, false);
                    Receipts.insert(handle, receipts);
                    return handle.execute(
                            CLOSE, end.publishedVersion(), end.modelChecksum(), runId, round);
                });
    }

    /** Forgets a round that was opened and not closed; the run goes on after the one before. */
    public void forgetOpen(String runId) {
        transactions.write(
                "forget the open round of " + runId,
                handle -> {
                    return handle.execute(FORGET_OPEN, runId);
                });
    }

    /** One round. */
    public Optional<StoredRound> find(String runId, int round) {
        return transactions.read(
                "find a round of " + runId,
                handle -> one(handle, SELECT + " AND round = ?", runId, round));
    }

    /** The newest round, open or closed; empty before the first. */
    public Optional<StoredRound> last(String runId) {
        return transactions.read(
                "find the last round of " + runId,
                handle ->
                        one(
                                handle,
                                SELECT + " ORDER BY round DESC FETCH FIRST 1 ROWS ONLY",
                                runId));
    }

    /** All rounds, in order. */
    public List<StoredRound> list(String runId) {
        return transactions.read(
                "list the rounds of " + runId,
                handle ->
                        handle.select(SELECT + " ORDER BY round", runId)
                                .map((row, context) -> read(row))
                                .list());
    }

    /** The round, which cannot change until the transaction ends. */
    static Optional<StoredRound> lock(Handle handle, String runId, int round) {
        return one(handle, SELECT + " AND round = ? FOR UPDATE", runId, round);
    }

    private static Optional<StoredRound> one(Handle handle, String sql, Object... key) {
        return handle.select(sql, key).map((row, context) -> read(row)).findOne();
    }

    private static DatabaseException none(String runId, int round, int attempt) {
        return DatabaseException.conflict(
                "run %s, round %d: expected attempt %d to be open, found no such round"
                        .formatted(runId, round, attempt));
    }

    private static DatabaseException conflict(
            String runId, int round, int attempt, StoredRound standing) {
        return DatabaseException.conflict(
                "run %s, round %d: expected attempt %d to be open or new, found attempt %d %s"
                        .formatted(
                                runId,
                                round,
                                attempt,
                                standing.start().attempt(),
                                standing.open() ? "open" : "closed with " + standing.end()));
    }

    private static StoredRound read(ResultSet row) throws SQLException {
        String checksum = row.getString("model_checksum");
        String cohort = row.getString("cohort");
        return new StoredRound(
                new RoundStart(
                        row.getString("run_id"),
                        row.getInt("round"),
                        row.getInt("attempt"),
                        cohort.isEmpty() ? List.of() : List.of(cohort.split(" ", -1)),
                        row.getInt("base_version")),
                checksum == null ? null : new RoundEnd(row.getInt("published_version"), checksum),
                Rows.instant(row, "opened_at"),
                Rows.optionalInstant(row, "closed_at"));
    }
}
