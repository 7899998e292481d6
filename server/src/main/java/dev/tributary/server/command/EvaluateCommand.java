package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.DeviceOption;
import dev.tributary.cli.Format;
import dev.tributary.protocol.Json;
import dev.tributary.server.CheckpointEvaluation;
import dev.tributary.server.CheckpointEvaluation.Measured;
import dev.tributary.server.CheckpointEvaluation.Result;
import dev.tributary.server.SavedModel;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code tributary evaluate model.safetensors}: loss and accuracy of a saved model. */
@Command(name = "evaluate", description = "Measure a saved model on the test part of a data set.")
public final class EvaluateCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 50;

    @Spec private @Nullable CommandSpec spec;

    @Mixin private SavedModelOptions model = new SavedModelOptions();

    @Mixin private DatasetOptions data = new DatasetOptions();

    @Mixin private DeviceOption device = new DeviceOption();

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
        Measured measured = evaluate();
        List<Path> written =
                reportDirectory == null ? List.of() : report(reportDirectory, measured);
        Result result = measured.result();
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(json ? Json.write(result) : describe(result));
        if (!json) {
            written.forEach(out::println);
        }
        out.flush();
        return 0;
    }

    private Measured evaluate() {
        SavedModel.Source source = model.source();
        ModelData chosen = data.data(source.file());
        try {
            return CheckpointEvaluation.evaluate(
                    source, chosen.name(), chosen.open(), device.select());
        } catch (IOException e) {
            throw new CommandException("the model cannot be read", e);
        }
    }

    private static List<Path> report(Path directory, Measured measured) {
        try {
            return ClassificationReport.write(directory, measured);
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
