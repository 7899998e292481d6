package dev.tributary.objective;

import java.util.Map;

/**
 * Which objective clients have: a name and its options. A value that can be sent.
 *
 * @param name one of {@link LocalObjectives#all()}
 * @param options its settings; copied
 */
public record ObjectiveSpec(String name, Map<String, String> options) {
    /** The loss and nothing else. */
    public static final ObjectiveSpec PLAIN = new ObjectiveSpec("plain", Map.of());

    /** Copies the options. */
    public ObjectiveSpec {
        options = Map.copyOf(options);
    }
}
