package dev.tributary.agent.state;

import dev.tributary.files.PrivateFiles;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state of all clients of one process, locked against any other process.
 *
 * <p>Thread-safe; each client's part is not.
 */
public final class AgentState implements AutoCloseable {
    private final Map<String, ClientState> clients = new ConcurrentHashMap<>();
    private final List<StateLock> locks = new ArrayList<>();

    private AgentState() {}

    /** Keeps nothing on disk: a crash costs what is not sent yet, and what objectives remember. */
    public static AgentState none() {
        return new AgentState();
    }

    /**
     * Locks and opens the clients' state, and makes directories where there are none.
     *
     * @param directory the state directory
     * @param clientIds checked ids
     * @throws StateException if another agent works there with one of the ids, or it cannot be
     *     written
     */
    public static AgentState open(Path directory, Collection<String> clientIds) {
        AgentState state = new AgentState();
        try {
            for (String id : clientIds) {
                Path home = PrivateFiles.createDirectories(directory.resolve("client-" + id));
                state.locks.add(StateLock.take(home, id));
                state.clients.put(id, new DiskState(home));
            }
            return state;
        } catch (IOException e) {
            state.close();
            throw new StateException(
                    "--state-dir %s: expected a directory that can be written, found: %s"
                            .formatted(directory, e),
                    e);
        } catch (RuntimeException e) {
            state.close();
            throw e;
        }
    }

    /** A client's part; nothing is kept on disk for clients that this was not opened for. */
    public ClientState of(String clientId) {
        return clients.computeIfAbsent(clientId, id -> ClientState.none());
    }

    /** Lets other processes have the clients. */
    @Override
    public void close() {
        locks.forEach(StateLock::close);
    }
}
