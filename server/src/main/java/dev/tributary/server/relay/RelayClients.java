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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The relay's agents: clients of the parent, which come this way. Thread-safe. */
final class RelayClients implements ClientDesk, AutoCloseable {
    private final Parent parent;
    private final RelayRuns runs;
    private final long startNanos = System.nanoTime();

    /** By client, which agent speaks for it; empty where that does not say. */
    private final Map<String, String> known = new ConcurrentHashMap<>();

    private final Map<String, CompletableFuture<Optional<RoundTask>>> waiting =
            new ConcurrentHashMap<>();
    private final Duration grace;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    /**
     * @param grace how long the others may take to hear of the end that one has heard of: some may
     *     have died without a word; and how long those may take to come that knew this relay before
     *     it was started again
     */
    RelayClients(Parent parent, RelayRuns runs, Duration grace) {
        this.parent = parent;
        this.runs = runs;
        this.grace = grace;
    }

    /**
     * Completes when the parent has told every client that came here that it is done, or one of
     * them and the others do not ask. The answer to the last is then on its way.
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
                            known.put(registration.clientId(), name(agent));
                            return receipt;
                        });
    }

    @Override
    public CompletableFuture<Optional<RoundTask>> poll(String clientId, @Nullable String agent) {
        CompletableFuture<Optional<RoundTask>> reply =
                parent.poll(by(agent, Paths.task(clientId)), RoundTask.class)
                        .thenApply(
                                task -> {
                                    known.putIfAbsent(clientId, name(agent));
                                    task.ifPresent(found -> handOut(clientId, found));
                                    return task;
                                });
        waiting.put(clientId, reply);
        return reply.whenComplete(
                (task, failure) -> {
                    waiting.remove(clientId, reply);
                    if (task != null) {
                        task.ifPresent(told -> answered(clientId, told));
                    }
                });
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
        String speaker = known.getOrDefault(clientId, "");
        // As at the parent: an agent that another has replaced takes nobody with it.
        if (agent == null || speaker.isEmpty() || speaker.equals(agent)) {
            known.remove(clientId, speaker);
            runs.gone(clientId);
        }
        return parent.delete(by(agent, Paths.client(clientId)));
    }

    private static String name(@Nullable String agent) {
        return agent == null ? "" : agent;
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
            case RUN_ENDED, FINISHED -> runs.end(task.runId());
        }
    }

    /**
     * The client's answer stands, whatever is closed now: a relay that ended before would take the
     * last word from it.
     */
    private void answered(String clientId, RoundTask task) {
        if (task.kind() == RoundTask.Kind.FINISHED) {
            known.remove(clientId);
            Duration age = Duration.ofNanos(System.nanoTime() - startNanos);
            Duration left = known.isEmpty() ? grace.minus(age) : grace;
            if (left.isNegative() || left.isZero()) {
                finished.complete(null);
            } else {
                finished.completeOnTimeout(null, left.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }
}
