package dev.tributary.strategy.preset;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.optimizer.ServerMomentum;

import java.util.HashMap;
import java.util.Map;

/** What strategies share that expect malicious updates: all but the rule by which updates meet. */
abstract class RobustStrategy implements StrategyFactory {
    /** The option of rules that are told how many updates may be malicious. */
    static final String BYZANTINE = "byzantine";

    /** What it means. */
    static final String BYZANTINE_LINE =
            "updates of a round that may be malicious, at most; 1 by default";

    private static final String MOMENTUM = "server-momentum";
    private static final int MOST = 1_000_000;

    private final String name;
    private final String ruleName;
    private final Map<String, String> options;

    /**
     * @param ruleName as its paper spells it
     * @param ruleOptions those that {@link #rule} takes
     */
    RobustStrategy(String name, String ruleName, Map<String, String> ruleOptions) {
        this.name = name;
        this.ruleName = ruleName;
        Map<String, String> all = new HashMap<>(ruleOptions);
        all.put(MOMENTUM, "memory of earlier aggregates, in [0, 1); 0 by default");
        this.options = Map.copyOf(all);
    }

    /** How updates meet. */
    abstract Aggregator.Factory rule(Options options);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Map<String, String> options() {
        return options;
    }

    @Override
    public final Strategy create(double serverLearningRate, Options given) {
        double momentum = given.number(MOMENTUM, 0, 0, Math.nextDown(1.0));
        Strategy strategy =
                Strategy.fedAvg(serverLearningRate).withAggregator(ruleName, rule(given));
        if (momentum == 0) {
            return strategy;
        }
        return strategy.withServerOptimizer(
                ruleName,
                (manager, trainables) ->
                        new ServerMomentum(manager, trainables, serverLearningRate, momentum));
    }

    static int byzantine(Options options) {
        return options.wholeNumber(BYZANTINE, 1, 0, MOST);
    }

    /** A number above 0 that must be given: what is right depends on model and data. */
    static double positive(Options options, String name) {
        String unused = options.required(name);
        return options.number(name, 1, Double.MIN_NORMAL, Double.MAX_VALUE);
    }
}
