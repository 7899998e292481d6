package dev.tributary.strategy;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.InvalidSettingException;
import dev.tributary.config.RunConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.data.DataException;
import dev.tributary.data.Options;
import dev.tributary.parameters.Precision;
import dev.tributary.plugin.Plugins;
import dev.tributary.strategy.sampling.Samplers;
import dev.tributary.training.UpdateForm;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** The strategies that a run file can name: ours, and those of other jars on the class path. */
public final class Strategies {
    private Strategies() {}

    /**
     * All of them, by name.
     *
     * @throws dev.tributary.plugin.PluginException if two have the same name
     */
    public static List<StrategyFactory> all() {
        return List.copyOf(byName().values());
    }

    /**
     * The strategy of that name.
     *
     * @param name one of {@link #all()}
     * @param serverLearningRate the server learning rate, finite and positive
     * @param options settings of that strategy alone
     * @throws IllegalArgumentException if there is no such strategy or option, or a value is wrong,
     *     telling what there is
     */
    public static Strategy named(
            String name, double serverLearningRate, Map<String, String> options) {
        Map<String, StrategyFactory> known = byName();
        StrategyFactory factory = known.get(name);
        if (factory == null) {
            throw new IllegalArgumentException(
                    "strategy: expected one of %s, found \"%s\"".formatted(known.keySet(), name));
        }
        try {
            String owner = "strategy " + name;
            return factory.create(
                    serverLearningRate, Options.of(owner, factory.options(), options));
        } catch (DataException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * The strategy of a run file, with the sampler that it names, if it names one.
     *
     * @throws IllegalArgumentException as {@link #named} and {@link Samplers#named}, and if {@code
     *     cohort.minimum} is below what the strategy needs
     * @throws InvalidSettingException if the schedule cannot be kept with the clients that the file
     *     names, or its updates do not bear the file's precision
     */
    public static Strategy of(RunConfig config) {
        StrategyConfig named = config.strategy();
        Strategy strategy =
                named(named.name(), named.serverLearningRate(), named.options())
                        .withUpdateForm(config.training().updateForm());
        strategy.requireMinimum(config.cohort().minimum());
        requireKept(strategy.schedule(), config);
        requireWhole(strategy, config.training().updatePrecision());
        return config.cohort()
                .sampler()
                .map(sampler -> Samplers.named(sampler.name(), sampler.options()))
                .map(strategy::withSampler)
                .orElse(strategy);
    }

    /** Nobody shall wait, round by round, for clients that there cannot be. */
    private static void requireKept(RoundSchedule schedule, RunConfig config) {
        CohortConfig cohort = config.cohort();
        if (schedule instanceof RoundSchedule.Buffered buffered && config.data().isPresent()) {
            int clients = config.data().partition().clients();
            if (buffered.size() > clients) {
                throw new InvalidSettingException(
                        "strategy.options.buffer",
                        "at most data.partition.clients, which is %d, for each client counts"
                                        .formatted(clients)
                                + " once in a step",
                        "" + buffered.size());
            }
        }
        if (schedule instanceof RoundSchedule.Cyclic && cohort.asked() != 1) {
            boolean many = cohort.size() != 1;
            throw new InvalidSettingException(
                    many ? "cohort.size" : "cohort.over-selection",
                    (many ? "1" : "0") + " where clients train one after the other, a turn a round",
                    "" + (many ? cohort.size() : cohort.overSelection()));
        }
    }

    /** Some strategies have weights uploaded whatever the file says, and those bear no rounding. */
    private static void requireWhole(Strategy strategy, Precision precision) {
        if (strategy.updateForm() == UpdateForm.WEIGHTS && precision != Precision.FLOAT32) {
            throw new InvalidSettingException(
                    "training.update-precision",
                    "float32 with strategy %s, whose clients upload weights"
                            .formatted(strategy.name()),
                    precision.name().toLowerCase(Locale.ROOT));
        }
    }

    private static SortedMap<String, StrategyFactory> byName() {
        return Plugins.named(StrategyFactory.class, "strategy", StrategyFactory::name);
    }
}
