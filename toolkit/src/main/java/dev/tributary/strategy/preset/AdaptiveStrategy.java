package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer;
import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer.Rule;
import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer.Settings;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What FedAdagrad, FedAdam and FedYogi share: all but the rule. */
abstract class AdaptiveStrategy implements StrategyFactory {
    private static final String BETA1 = "beta1";
    private static final String BETA2 = "beta2";
    private static final String TAU = "tau";
    private static final double BELOW_ONE = Math.nextDown(1.0);

    private final String paperName;
    private final Rule rule;

    /**
     * @param paperName as its paper spells it
     */
    AdaptiveStrategy(String paperName, Rule rule) {
        this.paperName = paperName;
        this.rule = rule;
    }

    @Override
    public final String name() {
        return paperName.toLowerCase(Locale.ROOT);
    }

    @Override
    public final Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(
                BETA1, "memory of the first moment, in [0, 1); %s by default".formatted(beta1()));
        if (rule != Rule.ADAGRAD) {
            options.put(BETA2, "memory of the second moment, in [0, 1); 0.99 by default");
        }
        options.put(TAU, "the smaller, the more adaptive; 0.001 by default");
        return options;
    }

    @Override
    public final Strategy create(double serverLearningRate, Options options) {
        Settings settings =
                new Settings(
                        rule,
                        serverLearningRate,
                        options.number(BETA1, beta1(), 0, BELOW_ONE),
                        rule == Rule.ADAGRAD ? 0 : options.number(BETA2, 0.99, 0, BELOW_ONE),
                        options.number(TAU, 0.001, 1e-18, Double.MAX_VALUE));
        return Strategy.fedAvg(serverLearningRate)
                .withServerOptimizer(
                        paperName,
                        (manager, trainables) ->
                                new AdaptiveServerOptimizer(manager, trainables, settings));
    }

    /** As in the paper's experiments. */
    private double beta1() {
        return rule == Rule.ADAGRAD ? 0 : 0.9;
    }
}
