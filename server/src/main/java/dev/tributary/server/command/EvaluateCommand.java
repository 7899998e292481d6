package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.Format;
import dev.tributary.protocol.Json;
import dev.tributary.server.CheckpointEvaluation;
import dev.tributary.server.CheckpointEvaluation.Measured;
import dev.tributary.server.CheckpointEvaluation.Request;
import dev.tributary.server.CheckpointEvaluation.Result;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** {@code tributary evaluate model.safetensors}: loss and accuracy of a saved model. */
@Command(name = "evaluate", description = "Measure a saved model on the test part of a data set.")
public final class EvaluateCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 50;

    @Parameters(paramLabel = "<model.safetensors>", description = "The model.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "<name>",
            description = "The data set, by its name in the catalog.")
    private String dataset = "";

    @Option(
            names = "--data-dir",
            paramLabel = "<dir>",
            description = "Where the data set's files are.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--data-option",
            paramLabel = "<key=value>",
            description = "A setting of the data set; may be repeated.")
    private Map<String, String> options = new TreeMap<>();

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "<number>",
            description = "The seed of generated data (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--model",
            paramLabel = "<name>",
            description = "The model's name in the catalog; else what the file says of itself.")
    private @Nullable String model;

    @Option(
            names = "--model-option",
            paramLabel = "<key=value>",
            description = "A setting of the model; may be repeated.")
    private Map<String, String> modelOptions = new TreeMap<>();

    @Option(
            names = "--device",
            defaultValue = "auto",
            paramLabel = "<device>",
            description = "auto, cpu, gpu or gpu:N (default: ${DEFAULT-VALUE}).")
    private String device = "auto";

    @Option(
            names = "--report",
            paramLabel = "<dir>",
            description = "Also write confusion matrix, ROC curve and calibration into it.")
    private @Nullable Path reportDirectory;

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Integer call() {
        if (checkpoint == null) {
            throw new CommandException("expected a model file, found none");
        }
        Request request =
                new Request(
                        checkpoint,
                        model,
                        modelOptions,
                        dataset,
                        dataDirectory,
                        options,
                        seed,
                        device);
        Measured measured = evaluate(request);
        if (reportDirectory != null) {
            report(reportDirectory, measured);
        }
        Result result = measured.result();
        System.out.println(json ? Json.write(result) : describe(result));
        return 0;
    }

    private static Measured evaluate(Request request) {
        try {
            return CheckpointEvaluation.evaluate(request);
        } catch (IOException e) {
            throw new CommandException("the model cannot be read", e);
        }
    }

    private static void report(Path directory, Measured measured) {
        try {
            ClassificationReport.write(directory, measured);
        } catch (IOException e) {
            throw new CommandException("the report cannot be written", e);
        }
    }

    private static String describe(Result result) {
        String accuracy =
                result.accuracy() == null
                        ? ""
                        : "accuracy %s, ".formatted(Format.metric(result.accuracy()));
        StringBuilder measures = new StringBuilder();
        result.measures()
                .forEach(
                        (name, value) ->
                                measures.append("%s %s, ".formatted(name, Format.metric(value))));
        return "%s on %s: %s%sloss %s, %s examples, on %s"
                .formatted(
                        result.model(),
                        result.dataset(),
                        accuracy,
                        measures,
                        Format.metric(result.loss()),
                        Format.count(result.examples()),
                        result.device());
    }
}
