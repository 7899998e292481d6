package dev.tributary.server.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.DeviceOption;
import dev.tributary.cli.Format;
import dev.tributary.cli.OutputFile;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.server.SavedModel;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code tributary predict model.safetensors}: what a saved model says of examples. */
@Command(
        name = "predict",
        description = {
            "Let a saved model say what it takes examples for.",
            "Examples are the test part of a data set, or the rows of another file."
        })
public final class PredictCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 51;

    @Spec private @Nullable CommandSpec spec;

    @Mixin private SavedModelOptions model = new SavedModelOptions();

    @Mixin private DatasetOptions data = new DatasetOptions();

    @Mixin private DeviceOption device = new DeviceOption();

    @Option(
            names = "--rows",
            paramLabel = "<file>",
            description =
                    "Predict these rows, read as the data set's training rows are; they need no"
                            + " labels.")
    private @Nullable Path rows;

    @Option(
            names = "--format",
            defaultValue = "csv",
            paramLabel = "<form>",
            description = "csv or jsonl (default: ${DEFAULT-VALUE}).")
    private PredictionLines.Form form = PredictionLines.Form.CSV;

    @Option(
            names = "--out",
            paramLabel = "<file>",
            description = "Where to write (default: the standard output).")
    private @Nullable Path out;

    /** For the service loader. */
    public PredictCommand() {}

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Integer call() {
        SavedModel.Source file = model.source();
        DatasetSource source = data.data(file.file()).open();
        LocalDataset examples = rows == null ? source.test() : source.unlabelled(rows);
        try (SavedModel saved = SavedModel.open(file, source, device.select().device())) {
            PredictionLines lines = PredictionLines.of(form, source, saved);
            write(lines, saved, saved.outputs(examples));
            return 0;
        } catch (IOException e) {
            throw new CommandException("the predictions cannot be made", e);
        }
    }

    private void write(PredictionLines lines, SavedModel saved, float[][] outputs)
            throws IOException {
        PrintWriter screen = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        if (out == null) {
            lines.write(saved.definition(), outputs, screen);
            return;
        }
        try (PrintWriter writer =
                new PrintWriter(Files.newBufferedWriter(OutputFile.ready(out), UTF_8))) {
            lines.write(saved.definition(), outputs, writer);
            if (writer.checkError()) {
                throw new IOException(out + " cannot be written");
            }
        }
        screen.println(out + ": predictions for " + Format.count(outputs.length) + " examples");
    }
}
