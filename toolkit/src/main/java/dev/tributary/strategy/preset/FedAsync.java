package dev.tributary.strategy.preset;

import dev.tributary.data.DataException;
import dev.tributary.data.Options;
import dev.tributary.strategy.RoundSchedule.Buffered;
import dev.tributary.strategy.Staleness;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.Weighting;
import dev.tributary.training.UpdateForm;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * FedAsync: whenever a client is done, the model moves towards the client's, {@code w = (1 - αs) w
 * + αs w_k}, with s the weight of its staleness (Xie, Koyejo and Gupta, "Asynchronous Federated
 * Optimization", 2019). Clients upload what they have trained, so that nobody has to keep what they
 * had received.
 */
public final class FedAsync implements StrategyFactory {
    private static final String ALPHA = "alpha";

    /** For the service loader. */
    public FedAsync() {}

    @Override
    public String name() {
        return "fedasync";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(ALPHA, "the client's part in a fresh mixture, in (0, 1]; 0.6 by default");
        options.putAll(StalenessOptions.described());
        return options;
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        if (serverLearningRate != 1) {
            throw new DataException(
                    "strategy fedasync: expected server-learning-rate 1, for its rate is the option"
                            + " alpha, found "
                            + serverLearningRate);
        }
        double alpha = options.number(ALPHA, 0.6, Double.MIN_NORMAL, 1);
        Staleness staleness = StalenessOptions.read(options);
        return Strategy.fedAvg(1)
                .withUpdateForm(UpdateForm.WEIGHTS)
                .withSchedule(
                        "FedAsync",
                        new Buffered(1, versions -> alpha * staleness.weight(versions), true))
                .withWeighting(Weighting.UNIFORM);
    }
}
