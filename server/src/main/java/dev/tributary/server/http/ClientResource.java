package dev.tributary.server.http;

import java.util.Set;

/** {@link dev.tributary.protocol.Paths#CLIENT}: a client goes. */
record ClientResource(Services services) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("DELETE");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.when(services.coordinator().leave(exchange.client()), gone -> exchange.empty(204));
    }
}
