package dev.tributary.server;

import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.device.DeviceSelector;
import dev.tributary.device.DeviceSelector.Selection;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.protocol.RunStatus;
import dev.tributary.random.RandomStreams;
import dev.tributary.server.store.FileJournal;
import dev.tributary.server.store.Provenance;
import dev.tributary.server.store.Retention;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.simulation.PartitionedPopulation;
import dev.tributary.simulation.Population;
import dev.tributary.simulation.Simulation;
import dev.tributary.strategy.Strategies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run file, simulated: one process, no network, and the files of a run that a server has led.
 *
 * <p>{@link #run} is called once; {@link #status} at any time, by any thread.
 */
public final class SimulatedRun implements AutoCloseable {
    private final RunConfig config;
    private final CatalogModel model;
    private final Selection device;
    private final RunDirectory directory;
    private final SimulatedProgress progress;
    private final FileJournal journal;
    private final Simulation simulation;

    /**
     * Prepares a run and makes its directory.
     *
     * @param config the run file; its data set must be one of the catalog
     * @param runs holds a directory for each run
     * @param threads how many clients train at a time, at least 1
     * @throws IOException if the directory cannot be written
     * @throws RuntimeException naming what is unknown, missing or wrong
     */
    public SimulatedRun(RunConfig config, Path runs, int threads) throws IOException {
        if (!config.data().isPresent()) {
            throw new IllegalArgumentException(
                    "data.dataset: expected a data set, which the simulated clients share, found"
                            + " none");
        }
        this.device = DeviceSelector.select(config.device());
        DatasetSource source = CatalogModel.open(config.data(), config.seed());
        this.model = CatalogModel.of(config, source);
        this.config = config.toBuilder().model(model.spec()).build();
        Population population = population(config, source);
        this.directory = RunDirectory.create(runs, config.name());
        try {
            Files.writeString(directory.runFile(), RunFile.write(this.config));
            this.progress =
                    new SimulatedProgress(
                            directory.id(),
                            this.config,
                            model.layout(),
                            device.name(),
                            population.exampleCounts());
            this.journal = new FileJournal(directory, provenance(), List.of());
            progress.tell(journal);
            this.simulation =
                    new Simulation(
                            new Simulation.Setting(
                                    this.config,
                                    Strategies.of(config),
                                    model.definition(),
                                    population,
                                    model.test()),
                            model::initialize,
                            device.device(),
                            threads,
                            progress);
        } catch (IOException | RuntimeException e) {
            directory.delete();
            throw e;
        }
    }

    /** Where it computes, and why there. */
    public Selection device() {
        return device;
    }

    /** Where the run's files are. */
    public Path directory() {
        return directory.root();
    }

    /** Where the run is. */
    public RunStatus status() {
        return progress.status();
    }

    /**
     * Runs to the end and writes the result.
     *
     * @return the run at its end
     * @throws IOException if the result cannot be written
     * @throws InterruptedException if the thread is interrupted; the result is that of the last
     *     whole round
     */
    public RunStatus run() throws IOException, InterruptedException {
        progress.starts();
        try {
            Simulation.Outcome outcome = simulation.run();
            RunStatus.State state =
                    outcome.succeeded() ? RunStatus.State.FINISHED : RunStatus.State.FAILED;
            return save(state, outcome.message());
        } catch (InterruptedException e) {
            save(RunStatus.State.STOPPED, "the simulation was stopped");
            throw e;
        } catch (RuntimeException e) {
            save(RunStatus.State.FAILED, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try (journal;
                simulation) {
            directory.clearWork(Retention.DEFAULT);
        }
    }

    private static Population population(RunConfig config, DatasetSource source) {
        PartitionPlan plan =
                new PartitionPlan(
                        config.data().partition().scheme(),
                        config.data().partition().options(),
                        config.data().partition().clients());
        return new PartitionedPopulation(source, plan, new RandomStreams(config.seed()));
    }

    private Provenance provenance() {
        return new Provenance(
                directory.id(),
                config,
                model.spec(),
                model.layout(),
                device.name(),
                device.reason(),
                "seed",
                model::dataFacts,
                progress::updates);
    }

    private RunStatus save(RunStatus.State state, String message) throws IOException {
        Map<String, String> metadata =
                new HashMap<>(ModelMetadata.of(config, model.spec(), model.layout()));
        metadata.put("round", Integer.toString(simulation.modelVersion()));
        Checkpoint.write(directory.model(), model.layout(), simulation.model(), metadata);
        String sha256 = directory.sha256OfModel();
        RunStatus last = progress.ends(state, message, sha256);
        journal.finish(last, sha256);
        return last;
    }
}
