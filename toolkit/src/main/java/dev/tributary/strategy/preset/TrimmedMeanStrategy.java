package dev.tributary.strategy.preset;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.robust.TrimmedMean;
import dev.tributary.data.Options;

import java.util.Map;

/** The mean of each coordinate without its extremes: {@link TrimmedMean}. */
public final class TrimmedMeanStrategy extends RobustStrategy {

    /** For the service loader. */
    public TrimmedMeanStrategy() {
        super("trimmed-mean", "TrimmedMean", Map.of(BYZANTINE, BYZANTINE_LINE));
    }

    @Override
    Aggregator.Factory rule(Options options) {
        return new TrimmedMean(byzantine(options));
    }
}
