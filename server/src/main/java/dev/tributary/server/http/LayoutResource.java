package dev.tributary.server.http;

import java.util.Set;

/** {@link dev.tributary.protocol.Paths#LAYOUT}: what a relay must know of a run. */
record LayoutResource(Services services) implements Resource {
    static final Set<String> METHODS = Set.of("GET");

    @Override
    public Set<String> methods() {
        return METHODS;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.json(200, services.facts());
    }
}
