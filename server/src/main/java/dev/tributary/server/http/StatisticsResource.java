package dev.tributary.server.http;

import dev.tributary.protocol.Paths;

import java.util.Optional;
import java.util.Set;

/** {@link Paths#STATISTICS}: what the sites agree on; holds no thread while some are missing. */
record StatisticsResource(StatisticsDesk desk) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.when(desk.sum(), sum -> answer(exchange, sum));
    }

    private static void answer(Exchange exchange, Optional<String> sum) {
        if (sum.isPresent()) {
            exchange.text(200, Paths.CSV, sum.get());
        } else {
            exchange.empty(204);
        }
    }
}
