package dev.tributary.strategy;

import java.util.List;
import java.util.Map;

/** The presets that a run file can name. */
public final class Strategies {
    /** All names, in the order of a listing. */
    public static final List<String> NAMES = List.of("fedavg");

    private Strategies() {}

    /**
     * The strategy of that name.
     *
     * @param name one of {@link #NAMES}
     * @param serverLearningRate the server learning rate, finite and positive
     * @param options settings of that strategy alone
     * @throws IllegalArgumentException if there is no such strategy or option, naming those there
     *     are
     */
    public static Strategy named(
            String name, double serverLearningRate, Map<String, String> options) {
        if (!name.equals("fedavg")) {
            throw new IllegalArgumentException(
                    "strategy: expected one of %s, found \"%s\"".formatted(NAMES, name));
        }
        if (!options.isEmpty()) {
            throw new IllegalArgumentException(
                    "strategy fedavg: expected no options, found " + options.keySet());
        }
        return Strategy.fedAvg(serverLearningRate);
    }
}
