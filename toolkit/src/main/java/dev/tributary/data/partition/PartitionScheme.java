package dev.tributary.data.partition;

import dev.tributary.data.DataException;
import dev.tributary.data.Options;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A partitioner that run files and commands know by name. Immutable and thread-safe. */
public final class PartitionScheme {
    private static final String MIN_EXAMPLES = "what every client has at least, 10 by default";

    private static final List<PartitionScheme> ALL =
            List.of(
                    new PartitionScheme(
                            "iid",
                            "equal shares, every label everywhere",
                            Map.of(),
                            options -> Partitioner.iid()),
                    new PartitionScheme(
                            "shards",
                            "equal shares with few labels each (McMahan et al., 2017)",
                            Map.of("shards-per-client", "runs of one label each, 2 by default"),
                            options ->
                                    Partitioner.shards(
                                            options.wholeNumber(
                                                    "shards-per-client", 2, 1, 1_000_000))),
                    new PartitionScheme(
                            "classes",
                            "each client holds just so many classes (Zhao et al., 2018)",
                            Map.of("classes-per-client", "2 by default"),
                            options ->
                                    Partitioner.classes(
                                            options.wholeNumber(
                                                    "classes-per-client", 2, 1, 1_000_000))),
                    new PartitionScheme(
                            "dirichlet",
                            "labels in different proportions at each client (Hsu et al., 2019)",
                            Map.of(
                                    "alpha",
                                    "0.5 by default: 0.1 is harsh, 100 nearly iid",
                                    "min-examples",
                                    MIN_EXAMPLES),
                            options -> Partitioner.dirichlet(alpha(options), minimum(options))),
                    new PartitionScheme(
                            "quantity",
                            "every label everywhere, unequal sizes",
                            Map.of(
                                    "alpha",
                                    "0.5 by default: 0.1 is harsh, 100 nearly equal",
                                    "min-examples",
                                    MIN_EXAMPLES),
                            options -> Partitioner.quantity(alpha(options), minimum(options))),
                    new PartitionScheme(
                            "natural",
                            "by the values of a column, each value at one client",
                            Map.of(PartitionPlan.COLUMN, "which column; the label if not given"),
                            options -> Partitioner.natural()),
                    new PartitionScheme(
                            "noise",
                            "iid, but each client's features have more noise than the one's before"
                                    + " (Li et al., 2022)",
                            Map.of("variance", "of the last client's noise, 0.1 by default"),
                            options -> Partitioner.iid(),
                            options -> new FeatureNoise(options.number("variance", 0.1, 0, 1e9))),
                    new PartitionScheme(
                            "rotation",
                            "iid, but each client's images are turned by a quarter more (Ghosh et"
                                    + " al., 2020)",
                            Map.of(),
                            options -> Partitioner.iid(),
                            options -> new QuarterTurns()));

    private final String name;
    private final String description;
    private final Map<String, String> options;
    private final Function<Options, Partitioner> factory;
    private final Function<Options, FeatureSkew> skews;

    private PartitionScheme(
            String name,
            String description,
            Map<String, String> options,
            Function<Options, Partitioner> factory) {
        this(name, description, options, factory, given -> FeatureSkew.NONE);
    }

    private PartitionScheme(
            String name,
            String description,
            Map<String, String> options,
            Function<Options, Partitioner> factory,
            Function<Options, FeatureSkew> skews) {
        this.name = name;
        this.description = description;
        this.options = options;
        this.factory = factory;
        this.skews = skews;
    }

    /** All schemes. */
    public static List<PartitionScheme> all() {
        return ALL;
    }

    /**
     * The scheme of that name.
     *
     * @throws DataException if there is none; the message lists the known names
     */
    public static PartitionScheme named(String name) {
        List<String> known = ALL.stream().map(PartitionScheme::name).toList();
        int index = known.indexOf(name);
        if (index < 0) {
            throw new DataException(
                    "expected a partition scheme among %s, found \"%s\"".formatted(known, name));
        }
        return ALL.get(index);
    }

    /** The name by which run files and commands ask for it. */
    public String name() {
        return name;
    }

    /** One line for a listing. */
    public String description() {
        return description;
    }

    /** The options that it takes, each with a line that says what it means. */
    public Map<String, String> options() {
        return options;
    }

    /**
     * The partitioner with the given options.
     *
     * @throws DataException if an option is unknown or wrong
     */
    public Partitioner partitioner(Map<String, String> given) {
        return factory.apply(checked(given));
    }

    /** How clients see their shares, with the given options. */
    FeatureSkew skew(Map<String, String> given) {
        return skews.apply(checked(given));
    }

    private Options checked(Map<String, String> given) {
        return Options.of("partition scheme \"" + name + '"', options, given);
    }

    private static double alpha(Options options) {
        return options.number("alpha", 0.5, 1e-6, 1e9);
    }

    private static int minimum(Options options) {
        return options.wholeNumber("min-examples", 10, 1, Integer.MAX_VALUE);
    }
}
