package dev.tributary.server.http;

import java.util.List;
import java.util.Set;

/** {@link dev.tributary.protocol.Paths#RUNS}: all runs of this server. */
record RunsResource(Services services) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public void handle(Exchange exchange) {
        int after = exchange.after();
        exchange.when(
                services.coordinator().status(),
                status -> exchange.json(200, List.of(status.after(after))));
    }
}
