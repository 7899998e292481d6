package dev.tributary.strategy.preset;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.optimizer.ServerMomentum;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the strategies that expect malicious updates have in common: all but the rule. */
final class RobustStrategy {
    private static final String BYZANTINE = "byzantine";
    private static final String MOMENTUM = "server-momentum";
    private static final int MOST = 1_000_000;

    private RobustStrategy() {}

    /** Those of a rule, and those of all. */
    static Map<String, String> options(Map<String, String> ofRule) {
        Map<String, String> options = new LinkedHashMap<>(ofRule);
        options.put(MOMENTUM, "memory of earlier aggregates, in [0, 1); 0 by default");
        return options;
    }

    /** The same for a rule that is told how many updates may be malicious. */
    static Map<String, String> byzantineOptions(Map<String, String> ofRule) {
        Map<String, String> options = options(ofRule);
        options.put(BYZANTINE, "updates of a round that may be malicious, at most; 1 by default");
        return options;
    }

    static int byzantine(Options options) {
        return options.wholeNumber(BYZANTINE, 1, 0, MOST);
    }

    /** A number above 0 that must be given: what is right depends on model and data. */
    static double positive(Options options, String name) {
        String unused = options.required(name);
        return options.number(name, 1, Double.MIN_NORMAL, Double.MAX_VALUE);
    }

    static Strategy of(
            String name, Aggregator.Factory rule, double serverLearningRate, Options options) {
        double momentum = options.number(MOMENTUM, 0, 0, Math.nextDown(1.0));
        Strategy strategy = Strategy.fedAvg(serverLearningRate).withAggregator(name, rule);
        if (momentum == 0) {
            return strategy;
        }
        return strategy.withServerOptimizer(
                name,
                (manager, trainables) ->
                        new ServerMomentum(manager, trainables, serverLearningRate, momentum));
    }
}
