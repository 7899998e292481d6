package dev.tributary.server.http;

import dev.tributary.data.table.StatisticsFile;

import java.util.Set;

/** {@link dev.tributary.protocol.Paths#SITE_STATISTICS}: a site tells of its table. */
record SiteStatisticsResource(StatisticsDesk desk) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("PUT");
    }

    @Override
    public void handle(Exchange exchange) {
        String client = exchange.client();
        desk.requireOpen();
        exchange.readText(
                StatisticsFile.MAX_BYTES,
                text -> exchange.when(desk.put(client, text), kept -> exchange.empty(204)));
    }
}
