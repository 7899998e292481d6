package dev.tributary.server.aggregation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.aggregate.ScaledUpdate;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.strategy.GlobalStep;
import dev.tributary.strategy.RoundSchedule;
import dev.tributary.strategy.RoundSchedule.Buffered;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.Weighting;
import dev.tributary.strategy.optimizer.ServerOptimizer;
import dev.tributary.strategy.optimizer.ServerRound;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What acts on the global model, on its device. The model itself is in a file; it passes by in
 * chunks when it moves.
 *
 * <p>Device memory: the aggregator's sum and a few chunks; while the model is evaluated, the model.
 * Belongs to one thread, which has the recording of gradients switched off.
 */
final class DeviceModel implements AutoCloseable {
    private static final int CHUNK = 1 << 20;

    private final ParameterLayout layout;
    private final NDManager manager;
    private final Aggregator aggregator;
    private final Weighting weighting;
    private final RoundSchedule schedule;
    private final ServerOptimizer optimizer;
    private final GlobalStep step;
    private final Optional<CentralEvaluator> evaluator;
    private final NDArray values;
    private final NDArray changes;

    /** How far the next step goes, where models are mixed. */
    private double part = GlobalStep.WHOLE;

    DeviceModel(Device device, ModelSetup setup, Strategy strategy) {
        layout = setup.layout();
        manager = NDManager.newBaseManager(device);
        aggregator = strategy.aggregator().apply(manager, layout);
        weighting = strategy.weighting();
        schedule = strategy.schedule();
        optimizer = strategy.serverOptimizer().open(manager, layout.size(ParameterKind.TRAINABLE));
        step = new GlobalStep(layout, optimizer, strategy.updateForm());
        evaluator = setup.openEvaluator(device);
        Shape chunk = new Shape(Math.min(CHUNK, layout.size()));
        values = manager.zeros(chunk, DataType.FLOAT32);
        changes = manager.zeros(chunk, DataType.FLOAT32);
    }

    /**
     * Makes the initial model, in memory that is free again when this returns.
     *
     * @throws IllegalArgumentException if it is not finite
     */
    static void initial(Device device, ModelSetup setup, ChunkSink sink) throws IOException {
        try (NDManager scope = NDManager.newBaseManager(device);
                NDArray flat = scope.zeros(new Shape(setup.layout().size()), DataType.FLOAT32)) {
            setup.initialize(flat);
            for (long from = 0; from < flat.size(); from += CHUNK) {
                long to = Math.min(from + CHUNK, flat.size());
                try (NDArray part = FlatParameters.slice(flat, from, to)) {
                    if (!GlobalStep.finite(part)) {
                        throw new IllegalArgumentException(
                                "initial model of %s: expected finite values, found NaN or infinity"
                                        .formatted(setup.origin()));
                    }
                    HostTransfer.toHost(part, sink);
                }
            }
        }
    }

    /** For the leak check: arrays and scopes alive on behalf of the model. */
    int managedArrays() {
        return manager.getManagedArrays().size();
    }

    /**
     * Folds an update.
     *
     * @param staleness how often the model has moved since its client received it
     */
    void fold(SpooledUpdate update, int staleness) throws IOException {
        HostVector vector = update.vector(layout);
        float magnitude = update.magnitude();
        if (schedule instanceof Buffered buffered) {
            double worth = buffered.staleness().weight(staleness);
            if (buffered.mixesModels()) {
                part = worth;
            } else {
                vector = new ScaledUpdate(vector, layout, worth);
                magnitude = ScaledUpdate.magnitude(magnitude, worth);
            }
        }
        aggregator.accumulate(vector, magnitude, weighting.of(update.metadata().exampleCount()));
    }

    /** Whether sums can be folded in place of updates. */
    boolean addsUp() {
        return aggregator instanceof ExactWeightedMean && !(schedule instanceof Buffered);
    }

    /** Folds all updates of a sum. */
    void fold(SpooledSum sum) throws IOException {
        if (!(aggregator instanceof ExactWeightedMean mean)) {
            throw new IllegalStateException("this rule needs each update, found a sum");
        }
        mean.accumulateSum(sum.words(), sum.metadata().shares(weighting));
    }

    /**
     * Moves the model by the aggregate, which stays.
     *
     * @param before the model as it is
     * @param after takes the model as it is to be, in order
     * @param clients how many there are in the federation
     * @throws ArithmeticException if that is not finite
     */
    void step(HostVector before, ChunkSink after, int clients) throws IOException {
        optimizer.begin(new ServerRound(clients, aggregator));
        for (long from = 0; from < layout.size(); from += CHUNK) {
            int count = (int) Math.min(CHUNK, layout.size() - from);
            try (NDArray model = FlatParameters.slice(values, 0, count);
                    NDArray update = FlatParameters.slice(changes, 0, count)) {
                HostTransfer.toDevice(before.from(from, count), model);
                aggregator.finish(from, update);
                step.move(from, model, update, part);
                if (!GlobalStep.finite(model)) {
                    throw new ArithmeticException(
                            "the new global model is not finite; the one before stays");
                }
                HostTransfer.toHost(model, after);
            }
        }
    }

    /** Whether the files of updates must stay open until {@link #next} or {@link #reset}. */
    boolean keepsUpdates() {
        return aggregator.keepsUpdates();
    }

    /** The model has moved by the aggregate, which is not needed any more. */
    void next() {
        aggregator.next();
    }

    /** Forgets the aggregate. */
    void reset() {
        aggregator.reset();
    }

    /** Writes what optimizer and aggregator remember, if they do; durable with the directory. */
    void saveState(Path path) throws IOException {
        memory().save(path);
    }

    /** Makes optimizer and aggregator remember what they did when that was written. */
    void restoreState(Path path) throws IOException {
        memory().restore(path);
    }

    private StrategyMemory memory() {
        return new StrategyMemory(manager, optimizer.state(), aggregator.state());
    }

    EvaluationResult evaluate(HostVector model) throws IOException {
        CentralEvaluator present =
                evaluator.orElseThrow(() -> new IllegalStateException("there is no test set"));
        try (NDArray flat = manager.zeros(new Shape(layout.size()), DataType.FLOAT32)) {
            HostTransfer.toDevice(model, flat);
            return present.evaluate(flat);
        }
    }

    @Override
    public void close() {
        evaluator.ifPresent(CentralEvaluator::close);
        optimizer.close();
        aggregator.close();
        manager.close();
    }
}
