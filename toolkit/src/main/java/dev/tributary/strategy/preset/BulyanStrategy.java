package dev.tributary.strategy.preset;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.robust.Bulyan;
import dev.tributary.data.Options;

import java.util.Map;

/** Krum again and again, then the mean of the values near the median: {@link Bulyan}. */
public final class BulyanStrategy extends RobustStrategy {

    /** For the service loader. */
    public BulyanStrategy() {
        super("bulyan", "Bulyan", Map.of(BYZANTINE, BYZANTINE_LINE));
    }

    @Override
    Aggregator.Factory rule(Options options) {
        return new Bulyan(byzantine(options));
    }
}
