package dev.tributary.strategy.sampling;

import dev.tributary.data.DataException;
import dev.tributary.data.Options;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The samplers that a run file can name in {@code cohort.sampler}; a strategy of another jar brings
 * its own.
 */
public final class Samplers {
    private static final int MOST = 2_000_000;
    private static final Map<String, Entry> KNOWN =
            new TreeMap<>(
                    Map.of(
                            "uniform",
                            new Entry(Map.of(), options -> new UniformSampler()),
                            "weighted",
                            new Entry(Map.of(), options -> new WeightedSampler()),
                            "round-robin",
                            new Entry(Map.of(), options -> new RoundRobinSampler()),
                            "available",
                            new Entry(Map.of(), options -> new LeastUsedSampler()),
                            "power-of-choice",
                            new Entry(
                                    Map.of("candidates", "clients to draw; twice those asked"),
                                    options ->
                                            new PowerOfChoiceSampler(
                                                    options.wholeNumber("candidates", 0, 1, MOST))),
                            "utility",
                            new Entry(
                                    Map.of(
                                            "exploration",
                                            "part of a round that is new, in [0, 1]; 0.1",
                                            "seconds",
                                            "slower clients count less; no limit"),
                                    options ->
                                            new UtilitySampler(
                                                    options.number("exploration", 0.1, 0, 1),
                                                    options.number("seconds", 0, 0, 1e9)))));

    private Samplers() {}

    private record Entry(Map<String, String> options, Function<Options, ClientSampler> factory) {}

    /** All of them: by name, the options that each takes with a line that says what it means. */
    public static Map<String, Map<String, String>> options() {
        Map<String, Map<String, String>> options = new TreeMap<>();
        KNOWN.forEach((name, entry) -> options.put(name, entry.options));
        return options;
    }

    /**
     * The sampler of that name.
     *
     * @throws IllegalArgumentException if there is no such sampler or option, or a value is wrong,
     *     telling what there is
     */
    public static ClientSampler named(String name, Map<String, String> options) {
        Entry entry = KNOWN.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "cohort.sampler: expected one of %s, found \"%s\""
                            .formatted(KNOWN.keySet(), name));
        }
        try {
            return entry.factory.apply(Options.of("sampler " + name, entry.options, options));
        } catch (DataException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
