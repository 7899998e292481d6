package dev.tributary.strategy.preset;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.robust.MultiKrum;
import dev.tributary.data.Options;

import java.util.Map;

/** The mean of the updates that Krum scores best: {@link MultiKrum}. */
public final class MultiKrumStrategy extends RobustStrategy {
    private static final String CHOOSE = "choose";

    /** For the service loader. */
    public MultiKrumStrategy() {
        super(
                "multi-krum",
                "MultiKrum",
                Map.of(
                        BYZANTINE,
                        BYZANTINE_LINE,
                        CHOOSE,
                        "updates to average, at most n - byzantine; as many by default"));
    }

    @Override
    Aggregator.Factory rule(Options options) {
        return new MultiKrum(
                byzantine(options), options.wholeNumber(CHOOSE, 0, 0, Integer.MAX_VALUE));
    }
}
