package dev.tributary.models.bench;

import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.device.DeviceSelector;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.protocol.ModelSpec;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** {@code tributary bench train}: local training against DJL's own loop. */
@Command(
        name = "train",
        description = "Measures local training against DJL's own Trainer, on the same batches.")
public final class TrainBenchCommand implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "<name>",
            defaultValue = "mlp",
            description = "The model's name in the catalog (default: ${DEFAULT-VALUE}).")
    private String model = "mlp";

    @Option(
            names = "--model-option",
            paramLabel = "<key=value>",
            description = "A setting of the model; may be repeated.")
    private Map<String, String> modelOptions = new HashMap<>();

    @Option(
            names = "--dataset",
            paramLabel = "<name>",
            defaultValue = "digits",
            description = "The data set's name (default: ${DEFAULT-VALUE}).")
    private String dataset = "digits";

    @Option(
            names = "--data-dir",
            paramLabel = "<dir>",
            description = "Where the data set's files are.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--batch",
            paramLabel = "<n>",
            defaultValue = "10",
            description = "Examples in a batch (default: ${DEFAULT-VALUE}).")
    private int batch = 10;

    @Option(
            names = "--examples",
            paramLabel = "<n>",
            defaultValue = "1000",
            description = "Examples in an epoch, one measurement (default: ${DEFAULT-VALUE}).")
    private int examples = 1000;

    @Option(
            names = "--repetitions",
            paramLabel = "<n>",
            defaultValue = "31",
            description = "Measurements of each (default: ${DEFAULT-VALUE}).")
    private int repetitions = 31;

    @Option(
            names = "--device",
            paramLabel = "<device>",
            defaultValue = "auto",
            description = "auto, cpu, gpu or gpu:N (default: ${DEFAULT-VALUE}).")
    private String device = "auto";

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    /** For picocli. */
    public TrainBenchCommand() {}

    @Override
    public Integer call() {
        DatasetSource source = DatasetCatalog.load().open(dataset, dataDirectory, Map.of(), 1);
        int available = source.trainLabels().length;
        LocalDataset data =
                source.train(IntStream.range(0, Math.min(examples, available)).toArray());
        ModelCatalog catalog = ModelCatalog.load();
        ModelDefinition definition =
                catalog.create(
                        catalog.complete(
                                new ModelSpec(model, modelOptions),
                                source.featureShape(),
                                source.classCount()));
        TrainBenchmarkResult result =
                TrainBenchmark.run(
                        definition,
                        data,
                        batch,
                        DeviceSelector.select(device).device(),
                        repetitions);
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(json ? result.toJson() : result.toText());
        out.flush();
        return 0;
    }
}
