package dev.tributary.server.database;

import dev.tributary.protocol.Json;
import dev.tributary.protocol.RunStatus;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The runs that this server was asked for. Thread-safe. */
public final class Runs {
    private static final String INSERT =
            "INSERT INTO runs (run_id, name, state, config, seed, message)"
                    + " VALUES (?, ?, ?, ?, ?, '') ON CONFLICT DO NOTHING";
    private static final String REPORT = "UPDATE runs SET report = ? WHERE run_id = ?";
    private static final String TOUCH = "UPDATE runs SET report = report WHERE run_id = ?";
    private static final String SELECT = "SELECT * FROM runs";
    private static final String END =
            "UPDATE runs SET state = ?, message = ?,"
                    + " ended_at = COALESCE(ended_at, CURRENT_TIMESTAMP) WHERE run_id = ?";
    private static final String CONTINUE =
            "UPDATE runs SET state = ?, message = ?, ended_at = NULL WHERE run_id = ?";

    private final Transactions transactions;

    Runs(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Adds a run, unless another one has its id: other servers may work with the same database.
     *
     * @param state {@code QUEUED} or {@code WAITING}
     * @return whether it was added
     */
    public boolean create(NewRun run, RunStatus.State state) {
        AtomicReference<Instant> added = new AtomicReference<>();
        return transactions.write(
                "create run " + run.runId(),
                handle -> {
                    int inserted =
                            handle.execute(
                                    INSERT,
                                    run.runId(),
                                    run.name(),
                                    state.name(),
                                    run.config(),
                                    run.seed());
                    Instant created = find(handle, run.runId()).orElseThrow().created();
                    if (inserted == 1) {
                        added.set(created);
                    }
                    // Else a commit whose answer was lost may have added it, or somebody has.
                    return created.equals(added.get());
                });
    }

    /** Writes what is there already: harmless, and a proof that the database takes something. */
    public void touch(String runId) {
        transactions.write("reach run " + runId, handle -> handle.execute(TOUCH, runId));
    }

    /** One run. */
    public Optional<StoredRun> find(String runId) {
        return transactions.read("find run " + runId, handle -> find(handle, runId));
    }

    /** All runs, oldest first. */
    public List<StoredRun> list() {
        return list(SELECT + " ORDER BY created_at, run_id");
    }

    /** The runs that a server that starts goes on with, oldest first. */
    public List<StoredRun> unfinished() {
        return list(SELECT + " WHERE ended_at IS NULL ORDER BY created_at, run_id");
    }

    /**
     * A run goes on, ends, or is taken up again; harmless to repeat.
     *
     * @param message cut to 2000 characters
     * @throws DatabaseException if there is no such run, or it has finished: a result is final
     */
    public void changeState(String runId, RunStatus.State state, String message) {
        transactions.write(
                "change run " + runId,
                handle -> {
                    refuseFinished(handle, runId, state);
                    String told = Texts.printable(message, Texts.MAX_MESSAGE);
                    return handle.execute(ended(state) ? END : CONTINUE, state.name(), told, runId);
                });
    }

    /** A run has ended with this; harmless to repeat. Its clients and events are not kept here. */
    public void end(RunStatus last) {
        transactions.write(
                "end run " + last.runId(),
                handle -> {
                    refuseFinished(handle, last.runId(), last.state());
                    String told = Texts.printable(last.message(), Texts.MAX_MESSAGE);
                    handle.execute(REPORT, Json.write(last.brief()), last.runId());
                    return handle.execute(END, last.state().name(), told, last.runId());
                });
    }

    private List<StoredRun> list(String sql) {
        return transactions.read(
                "list runs", handle -> handle.select(sql).map((row, context) -> read(row)).list());
    }

    private static void refuseFinished(Handle handle, String runId, RunStatus.State state) {
        StoredRun standing =
                handle.select(SELECT + " WHERE run_id = ? FOR UPDATE", runId)
                        .map((row, context) -> read(row))
                        .findOne()
                        .orElseThrow(() -> DatabaseException.conflict("there is no run " + runId));
        if (standing.state() == RunStatus.State.FINISHED && state != RunStatus.State.FINISHED) {
            throw DatabaseException.conflict(
                    "run %s: expected a run that has not finished, found one that is to be %s"
                            .formatted(runId, state));
        }
    }

    private static Optional<StoredRun> find(Handle handle, String runId) {
        return handle.select(SELECT + " WHERE run_id = ?", runId)
                .map((row, context) -> read(row))
                .findOne();
    }

    private static boolean ended(RunStatus.State state) {
        return switch (state) {
            case QUEUED, WAITING, RUNNING -> false;
            case FINISHED, FAILED, STOPPED -> true;
        };
    }

    private static StoredRun read(ResultSet row) throws SQLException {
        return new StoredRun(
                new NewRun(
                        row.getString("run_id"),
                        row.getString("name"),
                        row.getString("config"),
                        row.getLong("seed")),
                RunStatus.State.valueOf(row.getString("state")),
                row.getString("message"),
                Rows.instant(row, "created_at"),
                Rows.optionalInstant(row, "ended_at"),
                row.getString("report"));
    }
}
