package dev.tributary.config;

import java.util.Map;

/**
 * Who is asked in a round.
 *
 * @param name the sampler's name
 * @param options the sampler's own settings, checked by itself; default none; copied
 */
public record SamplerConfig(String name, Map<String, String> options) {
    static final Setting<String> NAME = Setting.name("cohort.sampler.name");

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if it is wrong
     */
    public SamplerConfig {
        NAME.check(name);
        options = Setting.options("cohort.sampler.options", options);
    }
}
