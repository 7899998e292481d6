package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.objective.LocalObjectiveFactory;
import dev.tributary.objective.ObjectiveSpec;

import java.util.Map;
import java.util.TreeMap;

/** For strategies whose options are those of their clients' objective. */
final class ObjectiveParts {
    private ObjectiveParts() {}

    /**
     * The objective with the options that were given.
     *
     * @throws dev.tributary.data.DataException if one is wrong
     */
    static ObjectiveSpec spec(LocalObjectiveFactory factory, Options options) {
        // For its checks, which tell the strategy's name.
        factory.create(options);
        Map<String, String> given = new TreeMap<>();
        for (String option : factory.options().keySet()) {
            options.text(option).ifPresent(value -> given.put(option, value));
        }
        return new ObjectiveSpec(factory.name(), given);
    }
}
