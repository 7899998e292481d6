package dev.tributary.config;

import java.util.Map;

/** Settings whose meaning only the named part itself knows. */
final class Options {
    private Options() {}

    /** A copy, whose keys are names. */
    static Map<String, String> checked(String path, Map<String, String> options) {
        options.keySet().forEach(key -> Setting.name(path).check(key));
        return Map.copyOf(options);
    }
}
