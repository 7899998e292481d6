package dev.tributary.server.command;

import static java.util.stream.Collectors.joining;

import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.table.StatisticsFile;
import dev.tributary.server.store.RunDirectory;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The data that a saved model is used on.
 *
 * @param config the data set, where its files are and how they are read
 * @param seed of generated data
 * @param runFile where that is from, if from the run that made the model
 * @param statistics what the sites of that run agreed on, if they did
 */
record ModelData(DataConfig config, long seed, Optional<Path> runFile, Optional<Path> statistics) {

    /**
     * The data of the run whose directory holds the model; empty if no run file there names any.
     */
    static Optional<ModelData> ofRun(Path model) {
        Path file = model.toAbsolutePath();
        RunDirectory directory = new RunDirectory(file.resolveSibling("").normalize());
        if (!Files.isRegularFile(directory.runFile())) {
            return Optional.empty();
        }
        RunConfig run = RunFile.read(directory.runFile());
        Optional<Path> agreed = Optional.of(directory.statistics()).filter(Files::isRegularFile);
        return run.data().isPresent()
                ? Optional.of(
                        new ModelData(
                                run.data(),
                                run.seed(),
                                Optional.of(model.resolveSibling("run.yaml")),
                                agreed))
                : Optional.empty();
    }

    /** The same but for what is not null, and for those options. */
    ModelData with(@Nullable Path directory, Map<String, String> options, @Nullable Long newSeed) {
        Map<String, String> all = new TreeMap<>(config.options());
        all.putAll(options);
        DataConfig chosen = config.withOptions(all);
        return new ModelData(
                directory == null ? chosen : chosen.withDirectory(directory),
                newSeed == null ? seed : newSeed,
                runFile,
                statistics);
    }

    String name() {
        return config.dataset();
    }

    /** Opens it; tables of sites that agreed are read as they agreed. */
    DatasetSource open() {
        DatasetSource source =
                DatasetCatalog.load()
                        .open(name(), config.directory().orElse(null), config.options(), seed);
        return TableStatistics.gathered(config.options()) && statistics.isPresent()
                ? source.agreeing(StatisticsFile.read(statistics.get()))
                : source;
    }

    /** What the user did not say, in one line; empty if the user said all. */
    Optional<String> notice() {
        return runFile.map(
                file ->
                        "Data as in %s: %s%s, seed %d%s; --data-option and the like override."
                                .formatted(file, name(), place(), seed, settings()));
    }

    private String place() {
        return config.directory().map(directory -> " in " + directory).orElse("");
    }

    private String settings() {
        return new TreeMap<>(config.options())
                .entrySet().stream()
                        .map(option -> ", " + option.getKey() + "=" + option.getValue())
                        .collect(joining());
    }
}
