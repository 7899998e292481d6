package dev.tributary.objective;

import dev.tributary.data.Options;

import java.util.Map;

/**
 * One kind of objective; found by name through {@link java.util.ServiceLoader}.
 *
 * <p>To add one, implement this, list the class in {@code
 * META-INF/services/dev.tributary.objective.LocalObjectiveFactory}, and put the jar on the class
 * path of server, agents and simulation.
 */
public interface LocalObjectiveFactory {

    /** The name by which strategies ask for it: lower-case-with-dashes. */
    String name();

    /** The options that {@link #create} takes, each with a line that says what it means. */
    default Map<String, String> options() {
        return Map.of();
    }

    /**
     * Makes it.
     *
     * @param options settings among {@link #options()}
     * @throws dev.tributary.data.DataException if an option is wrong
     */
    LocalObjective create(Options options);
}
