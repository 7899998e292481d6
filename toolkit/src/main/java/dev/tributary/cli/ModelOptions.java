package dev.tributary.cli;

import dev.tributary.protocol.ModelSpec;

import picocli.CommandLine.Option;

import java.util.Map;
import java.util.TreeMap;

/** The options that say which model a command trains, where any will do; a mixin. */
public final class ModelOptions {
    @Option(
            names = "--model",
            defaultValue = "mlp",
            paramLabel = "<name>",
            description = "'tributary models' lists them (default: ${DEFAULT-VALUE}).")
    private String name = "mlp";

    @Option(
            names = "--model-option",
            paramLabel = "<key=value>",
            description = "A setting of the model; may be repeated.")
    private Map<String, String> options = new TreeMap<>();

    /** For picocli. */
    public ModelOptions() {}

    /** The model, as far as the user said. */
    public ModelSpec spec() {
        return new ModelSpec(name, options);
    }
}
