package dev.tributary.strategy.preset;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.robust.CoordinateMedian;
import dev.tributary.data.Options;

import java.util.Map;

/** The median of each coordinate: {@link CoordinateMedian}. */
public final class MedianStrategy extends RobustStrategy {

    /** For the service loader. */
    public MedianStrategy() {
        super("median", "Median", Map.of());
    }

    @Override
    Aggregator.Factory rule(Options options) {
        return new CoordinateMedian();
    }
}
