package dev.tributary.server.relay;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;
import dev.tributary.server.http.ClientDesk;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The relay's agents: clients of the parent, which come this way. Thread-safe. */
final class RelayClients implements ClientDesk, AutoCloseable {
    private final Parent parent;
    private final RelayRuns runs;
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Map<String, CompletableFuture<Optional<RoundTask>>> waiting =
            new ConcurrentHashMap<>();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    RelayClients(Parent parent, RelayRuns runs) {
        this.parent = parent;
        this.runs = runs;
    }

    /** Completes when the parent has told every client that came here that it is done. */
    CompletableFuture<Void> finished() {
        return finished.copy();
    }

    /** Clients that came here and have not gone. */
    int size() {
        return known.size();
    }

    @Override
    public CompletableFuture<RegistrationReceipt> register(ClientRegistration registration) {
        return parent.post(Paths.CLIENTS, registration, RegistrationReceipt.class)
                .thenApply(
                        receipt -> {
                            known.add(registration.clientId());
                            return receipt;
                        });
    }

    @Override
    public CompletableFuture<Optional<RoundTask>> poll(String clientId) {
        CompletableFuture<Optional<RoundTask>> reply =
                parent.poll(Paths.task(clientId), RoundTask.class)
                        .thenApply(
                                task -> {
                                    known.add(clientId);
                                    task.ifPresent(found -> handOut(clientId, found));
                                    return task;
                                });
        waiting.put(clientId, reply);
        return reply.whenComplete((task, failure) -> waiting.remove(clientId, reply));
    }

    /** Ends all requests that wait; who asks again after a restart gets the same tasks. */
    @Override
    public void close() {
        waiting.forEach((client, reply) -> reply.complete(Optional.empty()));
    }

    @Override
    public CompletableFuture<Boolean> progress(String clientId, ClientProgress progress) {
        ClientPhase phase = progress.phase();
        if (phase == ClientPhase.FAILED || phase == ClientPhase.DECLINED) {
            runs.gone(clientId);
        }
        return parent.tell(Paths.progress(clientId), progress);
    }

    @Override
    public CompletableFuture<Boolean> leave(String clientId) {
        known.remove(clientId);
        runs.gone(clientId);
        return parent.delete(Paths.client(clientId));
    }

    private void handOut(String clientId, RoundTask task) {
        switch (task.kind()) {
            case TRAIN -> runs.asked(task.runId(), task.round(), clientId);
            case EVALUATE -> {
                // The agent's turn.
            }
            case RUN_ENDED -> runs.end(task.runId());
            case FINISHED -> {
                runs.end(task.runId());
                known.remove(clientId);
                if (known.isEmpty()) {
                    finished.complete(null);
                }
            }
        }
    }
}
