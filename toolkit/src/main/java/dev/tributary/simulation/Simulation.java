package dev.tributary.simulation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import dev.tributary.config.RunConfig;
import dev.tributary.data.LocalDataset;
import dev.tributary.device.GradientScope;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.random.RandomStreams;
import dev.tributary.strategy.ClientHistories;
import dev.tributary.strategy.GlobalVector;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.EvaluationResult;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ModelSource;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

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
    private static final NDIndex ALL = new NDIndex(":");
    private static final double NANOS = 1e9;

    private final RunConfig config;
    private final RandomStreams streams;
    private final Strategy strategy;
    private final Population population;
    private final SortedMap<String, Long> clients;
    private final ClientHistories histories = new ClientHistories();
    private final SimulationListener listener;
    private final boolean classifier;
    private final GlobalVector model;
    private final NDArray previous;
    private final WorkerPool workers;
    private final @Nullable TestSet test;
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
     * @throws IllegalArgumentException if there are fewer clients than a round needs, a round may
     *     have fewer updates than the strategy needs, or the initial model is not finite
     */
    public Simulation(
            Setting setting,
            Initializer initial,
            Device device,
            int threads,
            SimulationListener listener) {
        this.config = setting.config;
        this.streams = new RandomStreams(config.seed());
        this.strategy = setting.strategy;
        this.population = setting.population;
        this.clients = population.exampleCounts();
        this.listener = listener;
        requireClients();
        strategy.requireMinimum(config.cohort().minimum());
        boolean central = config.evaluation().central();
        LocalDataset examples = setting.test;
        this.model = new GlobalVector(device, setting.model.layout(), strategy);
        try (GradientScope off = GradientScope.off()) {
            initial.initialize(model.flat());
            requireFinite();
            this.previous = model.flat().duplicate();
            this.test = central && examples != null ? new TestSet(examples, device) : null;
            this.classifier = population.data(clients.firstKey()).classCount() > 0;
            this.workers =
                    new WorkerPool(
                            Math.min(threads, config.cohort().size()),
                            () -> new Worker(setting.model, device));
        } catch (IOException e) {
            model.close();
            throw new UncheckedIOException(e);
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
        Optional<Outcome> outcome = afterRound(new Cohort(List.of()), System.nanoTime());
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
        return model.flat();
    }

    /** Frees threads and memory. */
    @Override
    public void close() {
        workers.close();
        if (test != null) {
            test.close();
        }
        model.close();
    }

    private Optional<Outcome> round(int round) throws InterruptedException {
        long start = System.nanoTime();
        int count = Math.min(config.cohort().size(), clients.size());
        Cohort cohort =
                new Cohort(strategy.sampler().sample(histories.of(clients), count, streams, round));
        listener.roundBegins(round, cohort.selected());
        model.reset();
        // The largest first: what is left at the end is small.
        List<String> order =
                cohort.selected().stream()
                        .sorted(Comparator.comparing(this::exampleCount).reversed())
                        .toList();
        workers.each(order, (worker, client) -> train(worker, client, round, cohort));
        int updates = cohort.contributors().size();
        if (updates < config.cohort().minimum()) {
            return failed(
                    "round %d: expected updates of at least %d clients, found %d"
                            .formatted(round, config.cohort().minimum(), updates));
        }
        if (!step()) {
            return failed("round %d: the new global model is not finite".formatted(round));
        }
        version = round;
        cohort.remember(histories, round);
        return afterRound(cohort, start);
    }

    private long exampleCount(String client) {
        return clients.getOrDefault(client, 0L);
    }

    private void train(Worker worker, String client, int round, Cohort cohort) throws IOException {
        ProgressListener progress = (fraction, loss) -> listener.trains(client, fraction, loss);
        try {
            LocalResult result =
                    worker.train(
                            model.flat(),
                            population.data(client),
                            new Worker.Task(config.training(), round, streams, client, progress));
            fold(worker, client, result, cohort);
            listener.trained(client, Cohort.lastLoss(result));
        } catch (TrainingException e) {
            listener.failed(round, client, String.valueOf(e.getMessage()));
        }
    }

    /** One at a time; the lock also hands the sum's memory from thread to thread. */
    private void fold(Worker worker, String client, LocalResult result, Cohort cohort)
            throws IOException {
        float magnitude = worker.magnitude();
        if (!model.fits(magnitude, result.exampleCount(), cohort.selected().size())) {
            cohort.reject();
            throw new TrainingException(
                    "update: %d examples times magnitude %s does not fit the accumulator"
                            .formatted(result.exampleCount(), magnitude));
        }
        synchronized (model) {
            model.fold(worker.update(), magnitude, result.exampleCount());
        }
        cohort.accept(client, result);
    }

    private boolean step() {
        try (GradientScope off = GradientScope.off()) {
            previous.set(ALL, model.flat());
            boolean finite = model.step();
            if (!finite) {
                model.flat().set(ALL, previous);
            }
            return finite;
        }
    }

    private static Optional<Outcome> failed(String message) {
        return Optional.of(new Outcome(false, message));
    }

    private Optional<Outcome> afterRound(Cohort cohort, long start) throws InterruptedException {
        double seconds = secondsSince(start);
        Optional<Outcome> over =
                version == config.rounds()
                        ? Optional.of(new Outcome(true, "all %d rounds done".formatted(version)))
                        : Optional.empty();
        if (!config.evaluation().isDue(version, config.rounds())) {
            listener.roundEnded(metrics(cohort, seconds, null, null, 0));
            return over;
        }
        long evaluation = System.nanoTime();
        EvaluationResult central = test == null ? null : test.evaluate(model.flat(), workers);
        EvaluationResult federated = federated(cohort);
        listener.roundEnded(metrics(cohort, seconds, central, federated, secondsSince(evaluation)));
        EvaluationResult result = central != null ? central : federated;
        return Optional.ofNullable(result)
                .flatMap(measured -> config.stop().reached(measured, classifier))
                .map(reached -> new Outcome(true, reached))
                .or(() -> over);
    }

    /** On the data of those who took part, added by id. */
    private @Nullable EvaluationResult federated(Cohort cohort) throws InterruptedException {
        List<String> contributors = cohort.contributors();
        if (!config.evaluation().federated() || contributors.isEmpty()) {
            return null;
        }
        SortedMap<String, EvaluationResult> results = new TreeMap<>();
        workers.each(
                contributors,
                (worker, client) -> {
                    EvaluationResult result =
                            worker.evaluate(model.flat(), population.data(client));
                    synchronized (results) {
                        results.put(client, result);
                    }
                });
        return results.values().stream().reduce(EvaluationResult.NONE, EvaluationResult::plus);
    }

    private RoundMetrics metrics(
            Cohort cohort,
            double seconds,
            @Nullable EvaluationResult central,
            @Nullable EvaluationResult federated,
            double evaluationSeconds) {
        int accepted = cohort.contributors().size();
        long bytes = model.layout().bytes();
        return new RoundMetrics(
                version,
                version,
                cohort.selected().size(),
                accepted,
                cohort.rejected(),
                0,
                cohort.trainLoss(),
                accuracy(central),
                loss(central),
                accuracy(federated),
                loss(federated),
                bytes * accepted,
                bytes * cohort.selected().size(),
                version == 0 ? 0 : seconds,
                evaluationSeconds);
    }

    private @Nullable Double accuracy(@Nullable EvaluationResult result) {
        return result == null || !classifier ? null : finite(result.accuracy());
    }

    private static @Nullable Double loss(@Nullable EvaluationResult result) {
        return result == null ? null : finite(result.meanLoss());
    }

    /** JSON has no word for NaN. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / NANOS;
    }

    private void requireClients() {
        int needed = Math.max(config.cohort().minimum(), 1);
        if (clients.size() < needed) {
            throw new IllegalArgumentException(
                    "data.partition.clients: expected at least cohort.minimum, which is %d, found %d"
                            .formatted(needed, clients.size()));
        }
    }

    private void requireFinite() {
        if (!model.finite()) {
            throw new IllegalArgumentException(
                    "initial model: expected finite values, found NaN or infinity");
        }
    }

    NDManager manager() {
        return model.manager();
    }
}
