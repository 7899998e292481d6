package dev.tributary.models.bench;

import dev.tributary.cli.DataSettings;
import dev.tributary.cli.DeviceOption;
import dev.tributary.cli.ModelOptions;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** {@code tributary bench train}: local training against DJL's own loop. */
@Command(
        name = "train",
        description = "Measure local training beside DJL's own Trainer, on the same batches.")
public final class TrainBenchCommand implements Callable<Integer> {
    @Mixin private ModelOptions model = new ModelOptions();

    @Option(
            names = "--dataset",
            paramLabel = "<name>",
            defaultValue = "digits",
            description = "The data set's name (default: ${DEFAULT-VALUE}).")
    private String dataset = "digits";

    @Mixin private DataSettings settings = new DataSettings();

    @Mixin private DeviceOption device = new DeviceOption();

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

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    /** For picocli. */
    public TrainBenchCommand() {}

    @Override
    public Integer call() {
        DatasetSource source =
                DatasetCatalog.load().open(dataset, settings.directory(), settings.options(), 1);
        int available = source.trainLabels().length;
        LocalDataset data =
                source.train(IntStream.range(0, Math.min(examples, available)).toArray());
        ModelCatalog catalog = ModelCatalog.load();
        ModelDefinition definition =
                catalog.create(
                        catalog.complete(model.spec(), source.featureShape(), source.classCount()));
        TrainBenchmarkResult result =
                TrainBenchmark.run(definition, data, batch, device.select().device(), repetitions);
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(json ? result.toJson() : result.toText());
        out.flush();
        return 0;
    }
}
