package dev.tributary.protocol;

import java.util.Map;

/**
 * Which model to build: a name in the catalog and its options.
 *
 * @param name the catalog's name
 * @param options settings of the model, as written in the run file; copied
 */
public record ModelSpec(String name, Map<String, String> options) {
    /** Copies the options. */
    public ModelSpec {
        options = Map.copyOf(options);
    }
}
