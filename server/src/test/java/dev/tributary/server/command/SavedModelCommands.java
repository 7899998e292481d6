package dev.tributary.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.cli.ErrorText;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Models in files, and the commands that are about them, run in this process. */
final class SavedModelCommands {
    private static final Map<String, String> DATA =
            Map.of("examples", "60", "test-examples", "40", "features", "5");

    /** What the model can be predicted on. */
    static final String[] DATA_ARGUMENTS = {
        "--dataset=tabular",
        "--data-option=examples=60",
        "--data-option=test-examples=40",
        "--data-option=features=5"
    };

    /** A model of that data. */
    static final Map<String, String> OPTIONS = Map.of("input", "5", "classes", "2", "hidden", "8");

    @CommandLine.Command(name = "tributary")
    private static final class Tributary {}

    private SavedModelCommands() {}

    static Path model(Path directory, ModelSpec spec) throws IOException {
        Path file = directory.resolve(spec.name() + ".safetensors");
        ModelDefinition definition = ModelCatalog.load().create(spec);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray flat = manager.zeros(new Shape(definition.layout().size()));
            definition.initialize(flat, new RandomStreams(4));
            write(file, spec, definition.layout(), flat);
        }
        return file;
    }

    static void write(Path file, ModelSpec spec, ParameterLayout layout, NDArray flat)
            throws IOException {
        Map<String, String> metadata =
                Map.of("model", spec.name(), "model_options", Json.write(spec.options()));
        Checkpoint.write(file, layout, flat, metadata);
    }

    static DatasetSource data() {
        return DatasetCatalog.load().open("tabular", null, DATA, 1);
    }

    static String[] with(String[] arguments, String... more) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(Arrays.asList(more));
        return all.toArray(String[]::new);
    }

    static List<String> lines(String command, String file, String... arguments) {
        return lines(new ArrayList<>(), command, file, arguments);
    }

    /** As above, with what is told on the standard error. */
    static List<String> lines(List<String> told, String command, String file, String... arguments) {
        List<String> failures = new ArrayList<>();
        List<String> lines = run(failures, told, command, file, arguments);
        assertThat(failures).isEmpty();
        return lines;
    }

    static String failure(String command, String file, String... arguments) {
        List<String> failures = new ArrayList<>();
        run(failures, new ArrayList<>(), command, file, arguments);
        assertThat(failures).hasSize(1);
        return failures.get(0);
    }

    private static List<String> run(
            List<String> failures,
            List<String> told,
            String command,
            String file,
            String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line =
                new CommandLine(new Tributary())
                        .addSubcommand(new PredictCommand())
                        .addSubcommand(new EvaluateCommand())
                        .addSubcommand(new ExportCommand())
                        .addSubcommand(new ImportCommand())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler(
                                (failure, each, parsed) -> {
                                    failures.add(ErrorText.of(failure));
                                    return 1;
                                });
        int exit = line.execute(with(new String[] {command, file}, arguments));
        assertThat(exit).isEqualTo(failures.size());
        told.addAll(err.toString().lines().toList());
        return out.toString().lines().toList();
    }
}
