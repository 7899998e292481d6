package dev.tributary.server.http;

import java.util.Set;

/** {@link dev.tributary.protocol.Paths#RUN}: where a run is. */
record RunResource(Services services) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.requireRun(services.runId());
        int after = exchange.after();
        exchange.when(
                services.coordinator().status(), status -> exchange.json(200, status.after(after)));
    }
}
