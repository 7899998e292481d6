package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.server.SavedModel;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The options that say which saved model a command is about. */
final class SavedModelOptions {
    @Parameters(paramLabel = "<model.safetensors>", description = "The model.")
    private @Nullable Path file;

    @Option(
            names = "--model",
            paramLabel = "<name>",
            description = "The model's name in the catalog; else what the file says of itself.")
    private @Nullable String model;

    @Option(
            names = "--model-option",
            paramLabel = "<key=value>",
            description = "A setting of the model; may be repeated.")
    private Map<String, String> options = new TreeMap<>();

    SavedModel.Source source() {
        if (file == null) {
            throw new CommandException("expected a model file, found none");
        }
        if (!Files.isRegularFile(file)) {
            // Told before anything that is about its data.
            throw new CommandException("no such model file: " + file);
        }
        return new SavedModel.Source(file, model, options);
    }
}
