package dev.tributary.server.database;

import dev.tributary.protocol.Json;
import dev.tributary.protocol.RoundMetrics;

import org.jdbi.v3.core.Handle;

import java.util.List;

/** What rounds cost and reached. Thread-safe. */
public final class Metrics {
    private static final String INSERT =
            "INSERT INTO metrics (line, complete, run_id, round) VALUES (?, ?, ?, ?)"
                    + " ON CONFLICT DO NOTHING";
    private static final String UPDATE =
            "UPDATE metrics SET line = ?, complete = ? WHERE run_id = ? AND round = ?";
    private static final String SELECT = "SELECT line FROM metrics WHERE run_id = ?";
    private static final String COMPLETE =
            "SELECT complete FROM metrics WHERE run_id = ? AND round = ?";

    private final Transactions transactions;

    Metrics(Transactions transactions) {
        this.transactions = transactions;
    }

    /** A round is over, with whatever was to be evaluated; replaces what was known of it. */
    public void complete(String runId, RoundMetrics metrics) {
        transactions.write(
                "write the metrics of " + runId,
                handle -> {
                    put(handle, runId, metrics, true);
                    return true;
                });
    }

    /** Whether a round's metrics are whole; false if there are none. */
    public boolean isComplete(String runId, int round) {
        return transactions.read(
                "read the metrics of " + runId,
                handle ->
                        handle.select(COMPLETE, runId, round)
                                .mapTo(Boolean.class)
                                .findOne()
                                .orElse(false));
    }

    /** The rounds so far, in order; the last may still lack its evaluation. */
    public List<RoundMetrics> history(String runId) {
        return transactions.read(
                "read the metrics of " + runId,
                handle ->
                        handle
                                .select(SELECT + " ORDER BY round", runId)
                                .mapTo(String.class)
                                .stream()
                                .map(line -> Json.read(line, RoundMetrics.class))
                                .toList());
    }

    static void put(Handle handle, String runId, RoundMetrics metrics, boolean complete) {
        String line = Json.write(metrics);
        int updated = handle.execute(UPDATE, line, complete, runId, metrics.round());
        if (updated == 0) {
            handle.execute(INSERT, line, complete, runId, metrics.round());
        }
    }
}
