package dev.tributary.server.http;

import java.util.Set;

/** {@link dev.tributary.protocol.Paths#RUNS}: all runs of this server. */
record RunsResource(RunDesk runs) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.when(runs.list(), list -> exchange.json(200, list));
    }
}
