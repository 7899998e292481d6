package dev.tributary.server.relay;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;
import dev.tributary.server.http.ClientDesk;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The relay's agents: clients of the parent, which come this way. Thread-safe. */
final class RelayClients implements ClientDesk, AutoCloseable {
    private final Parent parent;
    private final RelayRuns runs;
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Map<String, CompletableFuture<Optional<RoundTask>>> waiting =
            new ConcurrentHashMap<>();
    private final Duration grace;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    /**
     * @param grace how long the others may take to hear of the end that one has heard of: some may
     *     have died without a word
     */
    RelayClients(Parent parent, RelayRuns runs, Duration grace) {
        this.parent = parent;
        this.runs = runs;
        this.grace = grace;
    }

    /**
     * Completes when the parent has told every client that came here that it is done, or one of
     * them and the others do not ask.
     */
    CompletableFuture<Void> finished() {
        return finished.copy();
    }

    /** Clients that came here and have not gone. */
    int size() {
        return known.size();
    }

    @Override
    public CompletableFuture<RegistrationReceipt> register(
            ClientRegistration registration, @Nullable String agent) {
        return parent.post(by(agent, Paths.CLIENTS), registration, RegistrationReceipt.class)
                .thenApply(
                        receipt -> {
                            known.add(registration.clientId());
                            return receipt;
                        });
    }

    @Override
    public CompletableFuture<Optional<RoundTask>> poll(String clientId, @Nullable String agent) {
        CompletableFuture<Optional<RoundTask>> reply =
                parent.poll(by(agent, Paths.task(clientId)), RoundTask.class)
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
    public CompletableFuture<Boolean> leave(String clientId, @Nullable String agent) {
        known.remove(clientId);
        runs.gone(clientId);
        return parent.delete(by(agent, Paths.client(clientId)));
    }

    private static String by(@Nullable String agent, String path) {
        return agent == null ? path : Paths.by(agent, path);
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
                } else {
                    finished.completeOnTimeout(null, grace.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }
    }
}
