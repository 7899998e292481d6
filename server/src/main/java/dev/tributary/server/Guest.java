package dev.tributary.server;

import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.RoundTask;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A client in the {@link ClientHall}: which agent speaks for it, the run that it served last, and
 * its request for a task if one is open. Guarded by the hall's lock.
 */
final class Guest {
    private ClientRegistration registration;
    private String served = "";

    /** Which agent speaks for it; null until one says so. */
    private @Nullable String agent;

    private @Nullable CompletableFuture<Optional<RoundTask>> request;

    Guest(ClientRegistration registration) {
        this.registration = registration;
    }

    /** It registers, maybe again and otherwise, and that agent speaks for it from now on. */
    void register(ClientRegistration newRegistration, @Nullable String newAgent) {
        registration = newRegistration;
        agent = newAgent;
    }

    /** Whether that agent may speak for it. A server that was killed asks who comes first. */
    boolean listensTo(@Nullable String asking) {
        if (agent == null) {
            agent = asking;
        }
        return asking == null || asking.equals(agent);
    }

    boolean serves(LedRun run) {
        return run.serves(registration.dataset());
    }

    /** Takes part in a run from now on, if it serves it: also with the request that is open. */
    void join(LedRun run) {
        if (!serves(run)) {
            return;
        }
        CompletableFuture<Boolean> unused = run.coordinator().register(registration);
        CompletableFuture<Optional<RoundTask>> open = request;
        if (open != null) {
            unused = run.coordinator().poll(registration.clientId(), open);
        }
    }

    /** The runs that it serves, beginning behind the one that it served last. */
    List<LedRun> order(List<LedRun> runs) {
        List<LedRun> order = new ArrayList<>();
        int first = 0;
        for (LedRun run : runs) {
            if (serves(run)) {
                order.add(run);
                first = run.id().equals(served) ? order.size() : first;
            }
        }
        Collections.rotate(order, -first);
        return order;
    }

    /** Its request for a task; null if none is open. */
    @Nullable CompletableFuture<Optional<RoundTask>> request() {
        return request;
    }

    /** It asks for a task; what is returned was open until now. */
    @Nullable CompletableFuture<Optional<RoundTask>> await(
            CompletableFuture<Optional<RoundTask>> newRequest) {
        CompletableFuture<Optional<RoundTask>> older = request;
        request = newRequest;
        return older;
    }

    /** A request has had its answer, a task or none. */
    void answered(CompletableFuture<Optional<RoundTask>> reply, @Nullable RoundTask task) {
        if (request == reply) {
            request = null;
        }
        if (task != null) {
            served = task.runId();
        }
    }
}
