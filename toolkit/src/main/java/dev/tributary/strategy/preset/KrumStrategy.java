package dev.tributary.strategy.preset;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.robust.Krum;
import dev.tributary.data.Options;

import java.util.Map;

/** The update that is nearest to its neighbours: {@link Krum}. */
public final class KrumStrategy extends RobustStrategy {

    /** For the service loader. */
    public KrumStrategy() {
        super("krum", "Krum", Map.of(BYZANTINE, BYZANTINE_LINE));
    }

    @Override
    Aggregator.Factory rule(Options options) {
        return new Krum(byzantine(options));
    }
}
