package dev.tributary.server.database;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The clients that have registered with this server. Thread-safe. */
public final class Agents {
    private static final String INSERT =
            "INSERT INTO agents (example_count, device, agent_version, dataset, client_id)"
                    + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    private static final String UPDATE =
            "UPDATE agents SET example_count = ?, device = ?, agent_version = ?, dataset = ?,"
                    + " last_seen = CURRENT_TIMESTAMP WHERE client_id = ?";
    private static final String SELECT = "SELECT * FROM agents";

    private final Transactions transactions;

    Agents(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Notes in one transaction that agents were heard of, and what they said of themselves. */
    public void seen(List<Agent> agents) {
        if (agents.isEmpty()) {
            return;
        }
        List<Agent> inOrder =
                agents.stream().sorted(Comparator.comparing(Agent::clientId)).toList();
        transactions.write(
                "note agents",
                handle -> {
                    executeAll(handle, INSERT, inOrder);
                    executeAll(handle, UPDATE, inOrder);
                    return true;
                });
    }

    /** One of them. */
    public Optional<StoredAgent> find(String clientId) {
        return transactions.read(
                "find client " + clientId,
                handle ->
                        handle.select(SELECT + " WHERE client_id = ?", clientId)
                                .map((row, context) -> read(row))
                                .findOne());
    }

    /** All of them, by id. */
    public List<StoredAgent> list() {
        return transactions.read(
                "list clients",
                handle ->
                        handle.select(SELECT).map((row, context) -> read(row)).stream()
                                .sorted(Comparator.comparing(stored -> stored.agent().clientId()))
                                .toList());
    }

    private static void executeAll(Handle handle, String sql, List<Agent> agents) {
        PreparedBatch batch = handle.prepareBatch(sql);
        for (Agent agent : agents) {
            batch.add(
                    agent.exampleCount(),
                    agent.device(),
                    agent.agentVersion(),
                    agent.dataset(),
                    agent.clientId());
        }
        batch.execute();
    }

    private static StoredAgent read(ResultSet row) throws SQLException {
        return new StoredAgent(
                new Agent(
                        row.getString("client_id"),
                        row.getLong("example_count"),
                        row.getString("device"),
                        row.getString("agent_version"),
                        row.getString("dataset")),
                Rows.instant(row, "first_seen"),
                Rows.instant(row, "last_seen"));
    }
}
