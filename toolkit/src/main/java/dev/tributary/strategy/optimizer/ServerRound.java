package dev.tributary.strategy.optimizer;

import dev.tributary.aggregate.Aggregator;

/**
 * What a step of the global model is about.
 *
 * @param clients how many there are in the federation, at least as many as have sent an update
 * @param aggregate what has come of their updates; read only
 */
public record ServerRound(int clients, Aggregator aggregate) {

    /** Checks the count. */
    public ServerRound {
        if (clients < aggregate.count()) {
            throw new IllegalArgumentException(
                    "expected at least as many clients as updates, %d, found %d"
                            .formatted(aggregate.count(), clients));
        }
    }

    /** The share of the federation that has sent an update, in (0, 1]. */
    public double participation() {
        return (double) aggregate.count() / clients;
    }
}
