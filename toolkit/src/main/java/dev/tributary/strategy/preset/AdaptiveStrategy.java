package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer.Rule;
import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer.Settings;
import dev.tributary.strategy.optimizer.AdaptiveServerOptimizer;

import java.util.LinkedHashMap;
import java.util.Map;

/** What FedAdagrad, FedAdam and FedYogi have in common: all but the rule. */
final class AdaptiveStrategy {
    private static final String BETA1 = "beta1";
    private static final String BETA2 = "beta2";
    private static final String TAU = "tau";
    private static final double BELOW_ONE = Math.nextDown(1.0);

    private AdaptiveStrategy() {}

    static Map<String, String> options(Rule rule) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(
                BETA1,
                "memory of the first moment, in [0, 1); %s by default".formatted(beta1(rule)));
        if (rule != Rule.ADAGRAD) {
            options.put(BETA2, "memory of the second moment, in [0, 1); 0.99 by default");
        }
        options.put(TAU, "the smaller, the more adaptive; 0.001 by default");
        return options;
    }

    static Strategy of(String name, Rule rule, double serverLearningRate, Options options) {
        Settings settings =
                new Settings(
                        rule,
                        serverLearningRate,
                        options.number(BETA1, beta1(rule), 0, BELOW_ONE),
                        rule == Rule.ADAGRAD ? 0 : options.number(BETA2, 0.99, 0, BELOW_ONE),
                        options.number(TAU, 0.001, 1e-18, Double.MAX_VALUE));
        return Strategy.fedAvg(serverLearningRate)
                .withServerOptimizer(
                        name,
                        (manager, trainables) ->
                                new AdaptiveServerOptimizer(manager, trainables, settings));
    }

    /** As in the paper's experiments. */
    private static double beta1(Rule rule) {
        return rule == Rule.ADAGRAD ? 0 : 0.9;
    }
}
