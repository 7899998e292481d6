package dev.tributary.simulation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.config.RunConfig;
import dev.tributary.config.SimulationConfig;
import dev.tributary.config.StopMonitor;
import dev.tributary.data.LocalDataset;
import dev.tributary.device.GradientScope;
import dev.tributary.objective.LocalObjective;
import dev.tributary.objective.LocalObjectives;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.strategy.RoundSchedule;
import dev.tributary.strategy.RoundSchedule.Buffered;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.ModelSource;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A run in one process, without a network: as many virtual clients as one likes, trained in turn by
 * a few threads.
 *
 * <p>The parts are those of a server and its agents: sampler, local trainer, aggregator, server
 * optimizer. Law: the model is bit-identical to that of the same run file over HTTP, whatever the
 * number of threads, as long as there no client is lost. A client whose training fails sends
 * nothing, as there.
 *
 * <p>If the run file has a section {@code simulation}, or its strategy is not synchronous, clients
 * behave so under a virtual clock: they are fast and slow, cannot be asked or never answer, and
 * {@code cohort.over-selection} and {@code cohort.deadline} mean what they mean to a server. That
 * is as deterministic as the rest. Else no client is lost, and these two have no meaning.
 *
 * <p>Memory: the model and its sums, for each thread two models and the data of one client, at most
 * 16 MiB of other clients' data, what the {@link Population} holds, and in asynchronous runs the
 * versions that somebody works on. What clients remember is in files. Runs once; one thread.
 */
public final class Simulation implements AutoCloseable {
    private static final double NANOS = 1e9;

    /** What is to be closed, the last first: all that was opened, also if not all could be. */
    private final Deque<Runnable> opened = new ArrayDeque<>();

    private final Federation federation;
    private final Evaluator evaluator;
    private final StopMonitor stop;
    private final @Nullable VirtualClock clock;
    private final RoundLoop rounds;
    private double elapsedSeconds;
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
            @Nullable LocalDataset test) {

        /** What clients minimize; all that speaks against this setting is told here. */
        private LocalObjective objective() {
            config.cohort().requireClients(population.exampleCounts().size());
            strategy.requireMinimum(config.cohort().minimum());
            LocalObjective objective = LocalObjectives.of(strategy.objective());
            objective.check(model.layout(), config.training());
            strategy.requireComposable(objective, model.layout());
            return objective;
        }

        private boolean classifier() {
            return population.data(population.exampleCounts().firstKey()).classCount() > 0;
        }

        private boolean timed() {
            return config.simulation().isPresent()
                    || !(strategy.schedule() instanceof RoundSchedule.Synchronous);
        }
    }

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
     * @throws IllegalArgumentException if there are fewer clients than the first round waits for, a
     *     round may have fewer updates than the strategy needs, or the initial model is not finite
     */
    public Simulation(
            Setting setting,
            Initializer initial,
            Device device,
            int threads,
            SimulationListener listener) {
        LocalObjective objective = setting.objective();
        RunConfig config = setting.config;
        try (GradientScope off = GradientScope.off()) {
            SimulatedModel model = model(setting, objective, initial, device);
            opened.push(model::close);
            ClientStates states = new ClientStates(objective.stateSize(setting.model.layout()));
            opened.push(states::close);
            ResidentData data = new ResidentData(setting.population, device);
            opened.push(data::close);
            int trainers = Math.min(threads, config.cohort().size());
            WorkerPool workers =
                    new WorkerPool(
                            trainers, () -> new Worker(setting.model, objective, states, device));
            opened.push(workers::close);
            this.federation = Federation.of(setting, data, model, states, workers, listener);
            boolean classifier = setting.classifier();
            this.evaluator = new Evaluator(federation, testSet(setting, device), classifier);
            this.stop = new StopMonitor(config.stop(), classifier);
            this.clock = setting.timed() ? new VirtualClock() : null;
            this.rounds = rounds(federation, clock);
            opened.push(rounds::close);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private @Nullable TestSet testSet(Setting setting, Device device) {
        LocalDataset examples = setting.test;
        if (examples == null || !setting.config.evaluation().central()) {
            return null;
        }
        TestSet test = new TestSet(examples, device);
        opened.push(test::close);
        return test;
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

    /**
     * The model, float32 {@code [layout.size()]}, without what is exchanged beside it; owned by
     * this simulation until close.
     */
    public NDArray model() {
        return federation.model().trained();
    }

    /** Frees threads and memory. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            opened.pop().run();
        }
    }

    private Optional<Outcome> round(int number) throws InterruptedException {
        long start = System.nanoTime();
        try {
            Cohort cohort = rounds.round(number);
            version = number;
            cohort.remember(federation.histories(), number);
            return afterRound(cohort, (System.nanoTime() - start) / NANOS);
        } catch (RoundFailedException e) {
            return Optional.of(new Outcome(false, String.valueOf(e.getMessage())));
        }
    }

    private Optional<Outcome> afterRound(Cohort cohort, double seconds)
            throws InterruptedException {
        Evaluator.Measured measured = evaluator.after(version, cohort);
        Double simulated = clock == null ? null : clock.seconds();
        federation
                .listener()
                .roundEnded(evaluator.metrics(version, cohort, seconds, measured, simulated));
        elapsedSeconds += version == 0 ? 0 : seconds + measured.seconds();
        int last = federation.config().rounds();
        return stop.after(measured.result(), simulated == null ? elapsedSeconds : simulated)
                .map(verdict -> new Outcome(verdict.succeeded(), verdict.reason()))
                .or(
                        () ->
                                version == last
                                        ? Optional.of(
                                                new Outcome(
                                                        true, "all %d rounds done".formatted(last)))
                                        : Optional.empty());
    }

    private static RoundLoop rounds(Federation federation, @Nullable VirtualClock clock) {
        if (clock == null) {
            return new SynchronousRounds(federation);
        }
        SimulationConfig config =
                federation.config().simulation().orElseGet(SimulationConfig::steady);
        ClientBehavior behavior = new ClientBehavior(config, federation.streams());
        RoundSchedule schedule = federation.strategy().schedule();
        if (schedule instanceof Buffered buffered) {
            return new BufferedRounds(federation, buffered, behavior, clock);
        }
        return schedule instanceof RoundSchedule.Cyclic
                ? new CyclicRounds(federation, behavior, clock)
                : new TimedRounds(federation, behavior, clock);
    }

    private static SimulatedModel model(
            Setting setting, LocalObjective objective, Initializer initial, Device device) {
        ParameterLayout layout = setting.model.layout();
        try {
            return new SimulatedModel(
                    device,
                    layout,
                    objective.exchangeLayout(layout),
                    setting.strategy,
                    setting.population.exampleCounts().size(),
                    initial);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    NDManager manager() {
        return federation.model().manager();
    }
}
