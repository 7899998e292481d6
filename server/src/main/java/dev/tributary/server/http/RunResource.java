package dev.tributary.server.http;

import java.util.Set;

/** {@link dev.tributary.protocol.Paths#RUN}: where a run is. */
record RunResource(RunDesk runs) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public void handle(Exchange exchange) {
        int after = exchange.afterRound();
        exchange.when(
                runs.status(exchange.run()), status -> exchange.json(200, status.after(after)));
    }
}
