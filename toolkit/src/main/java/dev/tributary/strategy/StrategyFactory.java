package dev.tributary.strategy;

import dev.tributary.data.Options;

import java.util.Map;

/**
 * One kind of strategy; found by name through {@link java.util.ServiceLoader}.
 *
 * <p>To add one, implement this, list the class in {@code
 * META-INF/services/dev.tributary.strategy.StrategyFactory}, and put the jar on the class path of
 * server or simulation.
 */
public interface StrategyFactory {

    /** The name by which run files ask for it: lower-case-with-dashes. */
    String name();

    /** The options that {@link #create} takes, each with a line that says what it means. */
    default Map<String, String> options() {
        return Map.of();
    }

    /**
     * Puts the parts together.
     *
     * @param serverLearningRate finite and positive
     * @param options settings among {@link #options()}
     * @throws dev.tributary.data.DataException if an option is wrong
     */
    Strategy create(double serverLearningRate, Options options);
}
