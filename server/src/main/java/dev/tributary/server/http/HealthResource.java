package dev.tributary.server.http;

import dev.tributary.protocol.Paths;

import java.util.Set;

/** {@link Paths#HEALTH}: says that the server is up. */
final class HealthResource implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("GET", "HEAD");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.text(200, Paths.JSON, "{\"status\":\"up\"}");
    }
}
