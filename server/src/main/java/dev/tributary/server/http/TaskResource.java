package dev.tributary.server.http;

import java.util.Set;

/**
 * {@link dev.tributary.protocol.Paths#TASK}: a client waits for work; holds no thread meanwhile.
 */
record TaskResource(ClientDesk clients) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.when(
                clients.poll(exchange.client(), exchange.agent()),
                task ->
                        task.ifPresentOrElse(
                                found -> exchange.json(200, found), () -> exchange.empty(204)));
    }
}
