package dev.tributary.simulation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.config.RunConfig;
import dev.tributary.data.LocalDataset;
import dev.tributary.device.GradientScope;
import dev.tributary.random.RandomStreams;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.EvaluationResult;
import dev.tributary.training.ModelSource;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A run in one process, without a network: as many virtual clients as one likes, trained in turn by
 * a few threads.
 *
 * <p>The parts are those of a server and its agents: sampler, local trainer, aggregator, server
 * optimizer. Law: the model is bit-identical to that of the same run file over HTTP, whatever the
 * number of threads, as long as there no client is lost (in a simulation none is: {@code
 * cohort.over-selection} and {@code cohort.deadline} have no meaning). A client whose training
 * fails sends nothing, as there.
 *
 * <p>Memory: the model and its sums, for each thread two models and the data of one client, and
 * what the {@link Population} holds. Runs once; one thread.
 */
public final class Simulation implements AutoCloseable {
    private static final double NANOS = 1e9;

    private final Federation federation;
    private final @Nullable TestSet test;
    private final Evaluator evaluator;
    private final RoundLoop rounds;
    private int version;

    /**
     * What is simulated.
     *
     * @param config the run file
     * @param strategy the one that it names
     * @param model the one that it names, for its data
     * @param population the clients
     * @param test what the model is measured on; null if the run has no central evaluation
     */
    public record Setting(
            RunConfig config,
            Strategy strategy,
            ModelSource model,
            Population population,
            @Nullable LocalDataset test) {}

    /** Writes the initial parameters into float32 {@code [layout.size()]}, zeros. */
    @FunctionalInterface
    public interface Initializer {
        /** Writes them. */
        void initialize(NDArray flat) throws IOException;
    }

    /**
     * How a run ended.
     *
     * @param succeeded whether as planned
     * @param message why
     */
    public record Outcome(boolean succeeded, String message) {}

    /**
     * Prepares everything.
     *
     * @param setting what is simulated
     * @param initial the initial parameters
     * @param device where to train and fold
     * @param threads how many clients train at a time, at least 1
     * @param listener hears what happens
     * @throws IllegalArgumentException if there are fewer clients than a round needs, or the
     *     initial model is not finite
     */
    public Simulation(
            Setting setting,
            Initializer initial,
            Device device,
            int threads,
            SimulationListener listener) {
        requireClients(setting);
        SimulatedModel model = model(setting, initial, device);
        try (GradientScope off = GradientScope.off()) {
            boolean central = setting.config.evaluation().central();
            LocalDataset examples = setting.test;
            this.test = central && examples != null ? new TestSet(examples, device) : null;
            Population population = setting.population;
            SortedMap<String, Long> clients = population.exampleCounts();
            boolean classifier = population.data(clients.firstKey()).classCount() > 0;
            int most = Math.min(threads, setting.config.cohort().size());
            this.federation =
                    new Federation(
                            setting.config,
                            new RandomStreams(setting.config.seed()),
                            setting.strategy,
                            population,
                            clients,
                            model,
                            new WorkerPool(most, () -> new Worker(setting.model, device)),
                            listener);
            this.evaluator = new Evaluator(federation, test, classifier);
            this.rounds = new SynchronousRounds(federation);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Runs to the end.
     *
     * @throws InterruptedException if the thread is interrupted; the model is then that of the last
     *     whole round
     */
    public Outcome run() throws InterruptedException {
        Optional<Outcome> outcome = afterRound(new Cohort(List.of()), 0);
        while (outcome.isEmpty()) {
            outcome = round(version + 1);
        }
        return outcome.get();
    }

    /** The rounds whose updates are in the model. */
    public int modelVersion() {
        return version;
    }

    /** The model, float32 {@code [layout.size()]}; owned by this simulation until close. */
    public NDArray model() {
        return federation.model().flat();
    }

    /** Frees threads and memory. */
    @Override
    public void close() {
        federation.workers().close();
        if (test != null) {
            test.close();
        }
        federation.model().close();
    }

    private Optional<Outcome> round(int number) throws InterruptedException {
        long start = System.nanoTime();
        try {
            Cohort cohort = rounds.round(number);
            version = number;
            return afterRound(cohort, (System.nanoTime() - start) / NANOS);
        } catch (RoundFailedException e) {
            return Optional.of(new Outcome(false, String.valueOf(e.getMessage())));
        }
    }

    private Optional<Outcome> afterRound(Cohort cohort, double seconds)
            throws InterruptedException {
        Evaluator.Measured measured = evaluator.after(version, cohort);
        federation.listener().roundEnded(evaluator.metrics(version, cohort, seconds, measured));
        EvaluationResult result = measured.result();
        RunConfig config = federation.config();
        return Optional.ofNullable(result)
                .flatMap(known -> config.stop().reached(known, evaluator.classifier()))
                .or(
                        () ->
                                version == config.rounds()
                                        ? Optional.of("all %d rounds done".formatted(version))
                                        : Optional.empty())
                .map(reached -> new Outcome(true, reached));
    }

    private static SimulatedModel model(Setting setting, Initializer initial, Device device) {
        try {
            return new SimulatedModel(device, setting.model.layout(), setting.strategy, initial);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireClients(Setting setting) {
        SortedMap<String, Long> clients = setting.population.exampleCounts();
        int needed = Math.max(setting.config.cohort().minimum(), 1);
        if (clients.size() < needed) {
            throw new IllegalArgumentException(
                    "data.partition.clients: expected at least cohort.minimum, which is %d, found %d"
                            .formatted(needed, clients.size()));
        }
    }

    NDManager manager() {
        return federation.model().manager();
    }
}
