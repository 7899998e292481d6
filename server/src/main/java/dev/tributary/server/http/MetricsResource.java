package dev.tributary.server.http;

import dev.tributary.protocol.Paths;
import dev.tributary.server.telemetry.ServerMetrics;

import java.util.Set;

/** {@link Paths#METRICS}: counters and gauges for Prometheus. */
record MetricsResource(ServerMetrics metrics) implements Resource {
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.text(200, TYPE, metrics.toPrometheusText());
    }
}
