package dev.tributary.server.http;

import java.util.Set;

/** {@link dev.tributary.protocol.Paths#CLIENT}: a client goes. */
record ClientResource(ClientDesk clients) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("DELETE");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.when(
                clients.leave(exchange.client(), exchange.agent()), gone -> exchange.empty(204));
    }
}
