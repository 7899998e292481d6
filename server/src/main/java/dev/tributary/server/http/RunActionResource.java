package dev.tributary.server.http;

import dev.tributary.protocol.RunStatus;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A path at which a run is told to do something: {@code stop} or {@code resume}. */
record RunActionResource(Function<String, CompletableFuture<RunStatus>> action)
        implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("POST");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.when(action.apply(exchange.run()), status -> exchange.json(200, status));
    }
}
