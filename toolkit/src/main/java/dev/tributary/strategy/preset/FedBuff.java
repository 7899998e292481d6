package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.strategy.RoundSchedule.Buffered;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.Weighting;
import dev.tributary.strategy.optimizer.ServerMomentum;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * FedBuff: clients train at their own pace, and the model moves by the mean of each K updates,
 * worth less the staler they are (Nguyen et al., "Federated Learning with Buffered Asynchronous
 * Aggregation", 2022).
 */
public final class FedBuff implements StrategyFactory {
    private static final String BUFFER = "buffer";
    private static final String MOMENTUM = "momentum";

    /** For the service loader. */
    public FedBuff() {}

    @Override
    public String name() {
        return "fedbuff";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(BUFFER, "K, the updates in a step, at least 1; 10 by default");
        options.put(MOMENTUM, "memory of earlier steps, in [0, 1); 0 by default");
        options.putAll(StalenessOptions.described());
        return options;
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        int size = options.wholeNumber(BUFFER, 10, 1, 1_000_000);
        double momentum = options.number(MOMENTUM, 0, 0, Math.nextDown(1.0));
        Strategy mean = Strategy.fedAvg(serverLearningRate);
        Strategy moved =
                momentum == 0
                        ? mean
                        : mean.withServerOptimizer(
                                "FedBuff",
                                (manager, trainables) ->
                                        new ServerMomentum(
                                                manager, trainables, serverLearningRate, momentum));
        return moved.withSchedule(
                        "FedBuff", new Buffered(size, StalenessOptions.read(options), false))
                .withWeighting(Weighting.UNIFORM);
    }
}
