package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.DataSettings;
import dev.tributary.config.DataConfig;
import dev.tributary.config.PartitionConfig;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The options that say on which data set a saved model is used; what they leave open is as in the
 * run file beside the model.
 */
final class DatasetOptions {
    private static final long USUAL_SEED = 1;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec mixee;

    @Option(
            names = "--dataset",
            paramLabel = "<name>",
            description =
                    "The data set (default: that of the run.yaml beside the model, with its"
                            + " directory, options and seed).")
    private @Nullable String name;

    @Mixin private DataSettings settings = new DataSettings();

    @Option(
            names = "--seed",
            paramLabel = "<number>",
            description = "The seed of generated data (default, without a run.yaml: 1).")
    private @Nullable Long seed;

    /**
     * The data for a model; what is taken from a run file is told on the standard error.
     *
     * @throws CommandException if nobody says which data set
     */
    ModelData data(Path model) {
        ModelData data = resolve(model);
        PrintWriter err = Objects.requireNonNull(mixee, "mixee is null").commandLine().getErr();
        data.notice().ifPresent(err::println);
        return data;
    }

    private ModelData resolve(Path model) {
        Optional<ModelData> trained =
                ModelData.ofRun(model).filter(run -> name == null || name.equals(run.name()));
        if (trained.isEmpty() && name == null) {
            throw new CommandException(
                    "--dataset: expected a data set, for there is no run.yaml beside %s that names one"
                            .formatted(model));
        }
        return trained.orElseGet(() -> own(String.valueOf(name)))
                .with(settings.directory(), settings.options(), seed);
    }

    private static ModelData own(String name) {
        DataConfig data = new DataConfig(name, Optional.empty(), Map.of(), PartitionConfig.iid(1));
        return new ModelData(data, USUAL_SEED, Optional.empty(), Optional.empty());
    }
}
