package dev.tributary.server.database;

import dev.tributary.protocol.RunEvent;

import org.jdbi.v3.core.statement.PreparedBatch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** What happened in runs. Thread-safe. */
public final class Events {
    private static final String INSERT =
            "INSERT INTO events (run_id, sequence, elapsed_seconds, level, message)"
                    + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    private static final String AFTER =
            "SELECT * FROM events WHERE run_id = ? AND sequence > ? ORDER BY sequence"
                    + " FETCH FIRST ? ROWS ONLY";
    private static final String LAST =
            "SELECT COALESCE(MAX(sequence), 0) FROM events WHERE run_id = ?";

    private final Transactions transactions;

    Events(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Adds events in one transaction. Harmless to repeat: of two of the same sequence number the
     * first stands. Messages are cut to 2000 characters.
     */
    public void append(String runId, List<RunEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        transactions.write(
                "write events of " + runId,
                handle -> {
                    PreparedBatch batch = handle.prepareBatch(INSERT);
                    for (RunEvent event : events) {
                        batch.add(
                                runId,
                                event.sequence(),
                                event.elapsedSeconds(),
                                event.level().name(),
                                Texts.printable(event.message(), Texts.MAX_MESSAGE));
                    }
                    return batch.execute();
                });
    }

    /**
     * Events in order.
     *
     * @param sequence the last one already known; 0 for none
     * @param limit how many at most
     */
    public List<RunEvent> after(String runId, long sequence, int limit) {
        return transactions.read(
                "read events of " + runId,
                handle ->
                        handle.select(AFTER, runId, sequence, limit)
                                .map((row, context) -> read(row))
                                .list());
    }

    /** The number of the last event, from which a restarted run counts on; 0 for none. */
    public long lastSequence(String runId) {
        return transactions.read(
                "read events of " + runId,
                handle -> handle.select(LAST, runId).mapTo(Long.class).one());
    }

    private static RunEvent read(ResultSet row) throws SQLException {
        return new RunEvent(
                row.getLong("sequence"),
                row.getDouble("elapsed_seconds"),
                RunEvent.Level.valueOf(row.getString("level")),
                row.getString("message"));
    }
}
