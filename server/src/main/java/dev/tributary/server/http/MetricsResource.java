package dev.tributary.server.http;

import dev.tributary.protocol.Paths;
import dev.tributary.server.telemetry.ServerMetrics;

import org.eclipse.jetty.http.HttpHeader;

import java.util.Set;

/** {@link Paths#METRICS}: counters and gauges for Prometheus. */
record MetricsResource(ServerMetrics metrics) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public void handle(Exchange exchange) {
        ServerMetrics.Page page = metrics.page(exchange.header(HttpHeader.ACCEPT.asString()));
        exchange.text(200, page.contentType(), page.text());
    }
}
