package dev.tributary.server.http;

import dev.tributary.protocol.Paths;

import java.util.Set;

/** {@link Paths#EVENTS}: what happens in a run; holds no thread while it waits for more. */
record EventsResource(RunDesk runs) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public void handle(Exchange exchange) {
        long after = exchange.queryNumber(Paths.AFTER);
        exchange.when(runs.events(exchange.run(), after), events -> exchange.json(200, events));
    }
}
