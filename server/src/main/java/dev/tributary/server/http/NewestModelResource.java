package dev.tributary.server.http;

import dev.tributary.protocol.Paths;

import java.util.Set;

/** {@link Paths#NEWEST_MODEL}: what a run has reached so far. */
record NewestModelResource(RunDesk runs, HeldModel held) implements Resource {
    @Override
    public Set<String> methods() {
        return ModelResource.METHODS;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.when(
                runs.model(exchange.run()),
                model -> {
                    if (model.sha256() != null) {
                        exchange.response()
                                .getHeaders()
                                .put(Paths.MODEL_SHA256_HEADER, model.sha256());
                    }
                    ModelResource.answer(exchange, model.version(), held, (client, bytes) -> {});
                });
    }
}
