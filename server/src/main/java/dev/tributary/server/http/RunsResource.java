package dev.tributary.server.http;

import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunStatus;

import org.eclipse.jetty.http.HttpHeader;

import java.util.Set;

/** {@link Paths#RUNS}: all runs of this server, and where new ones are submitted. */
record RunsResource(RunDesk runs) implements Resource {
    private static final int MAX_RUN_FILE_BYTES = 1 << 20;

    @Override
    public Set<String> methods() {
        return Set.of("GET", "POST");
    }

    @Override
    public void handle(Exchange exchange) {
        if (exchange.request().getMethod().equals("POST")) {
            exchange.readText(
                    MAX_RUN_FILE_BYTES,
                    text -> exchange.when(runs.submit(text), run -> created(exchange, run)));
        } else {
            exchange.when(runs.list(), list -> exchange.json(200, list));
        }
    }

    private static void created(Exchange exchange, RunStatus run) {
        exchange.response().getHeaders().put(HttpHeader.LOCATION, Paths.run(run.runId()));
        exchange.json(201, run);
    }
}
