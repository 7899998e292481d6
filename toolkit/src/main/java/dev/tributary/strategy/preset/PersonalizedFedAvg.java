package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.objective.LocalObjectiveFactory;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;

import java.util.Map;

/**
 * What algorithms share that are FedAvg on the server, and whose clients make a model of their own
 * of the global one: the objective of these clients has the algorithm's name and options.
 */
abstract class PersonalizedFedAvg implements StrategyFactory {
    private final String paperName;
    private final LocalObjectiveFactory client;

    /**
     * @param paperName as its paper spells it
     * @param client what clients minimize
     */
    PersonalizedFedAvg(String paperName, LocalObjectiveFactory client) {
        this.paperName = paperName;
        this.client = client;
    }

    @Override
    public final String name() {
        return client.name();
    }

    @Override
    public final Map<String, String> options() {
        return client.options();
    }

    @Override
    public final Strategy create(double serverLearningRate, Options options) {
        return Strategy.fedAvg(serverLearningRate)
                .withObjective(paperName, ObjectiveParts.spec(client, options));
    }
}
