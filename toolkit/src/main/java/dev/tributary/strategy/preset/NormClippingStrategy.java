package dev.tributary.strategy.preset;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.robust.NormClipping;
import dev.tributary.data.Options;

import java.util.Map;

/** The mean, weighted by examples, of updates that are clipped to a norm: {@link NormClipping}. */
public final class NormClippingStrategy extends RobustStrategy {
    private static final String NORM = "norm";

    /** For the service loader. */
    public NormClippingStrategy() {
        super(
                "norm-clipping",
                "NormClipping",
                Map.of(NORM, "the longest update, in the L2 norm; required"));
    }

    @Override
    Aggregator.Factory rule(Options options) {
        return new NormClipping(positive(options, NORM));
    }
}
