package dev.tributary.server.aggregation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.strategy.ServerOptimizer;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.EvaluationResult;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The global model on its device, with all that acts on it.
 *
 * <p>Device memory: the model, the aggregator's sum, and, while the model moves, one more model.
 * Belongs to one thread, which has the recording of gradients switched off.
 */
final class DeviceModel implements AutoCloseable {
    private static final long FINITE_CHECK_CHUNK = 1 << 22;

    private final ParameterLayout layout;
    private final NDManager manager;
    private final NDArray flat;
    private final Aggregator aggregator;
    private final ServerOptimizer optimizer;
    private final Optional<CentralEvaluator> evaluator;

    DeviceModel(Device device, ModelSetup setup, Strategy strategy) throws IOException {
        layout = setup.layout();
        manager = NDManager.newBaseManager(device);
        flat = manager.zeros(new Shape(layout.size()), DataType.FLOAT32);
        setup.initialize(flat);
        aggregator = strategy.aggregator().apply(manager, layout);
        optimizer = strategy.serverOptimizer().open(manager, layout.size(ParameterKind.TRAINABLE));
        evaluator = setup.openEvaluator(device);
        if (!finite()) {
            close();
            throw new IllegalArgumentException(
                    "initial model of %s: expected finite values, found NaN or infinity"
                            .formatted(setup.origin()));
        }
    }

    ParameterLayout layout() {
        return layout;
    }

    /** The model's vector; read only, and on this thread only. */
    NDArray flat() {
        return flat;
    }

    /** For the leak check: arrays and scopes alive on behalf of the model. */
    int managedArrays() {
        return manager.getManagedArrays().size();
    }

    void fold(SpooledUpdate update) throws IOException {
        HostVector vector =
                HostVector.of(update.file().channel(), update.payloadStart(), layout.size());
        aggregator.accumulate(vector, update.magnitude(), update.weight());
    }

    /** Moves the model by the aggregate; returns whether it is finite. */
    boolean step() {
        try (NDManager scope = manager.newSubManager()) {
            NDArray update = aggregator.finish(scope);
            long trainables = layout.size(ParameterKind.TRAINABLE);
            try (NDArray target = FlatParameters.slice(flat, 0, trainables);
                    NDArray part = FlatParameters.slice(update, 0, trainables)) {
                optimizer.step(target, part);
            }
            if (trainables < layout.size()) {
                // Statistics and counters follow the clients; no optimizer acts on them.
                try (NDArray target = FlatParameters.slice(flat, trainables, layout.size());
                        NDArray part = FlatParameters.slice(update, trainables, layout.size())) {
                    target.addi(part);
                }
            }
        }
        aggregator.reset();
        return finite();
    }

    void reset() {
        aggregator.reset();
    }

    /** Puts the model back to a published version. */
    void restore(ModelVersion version) throws IOException {
        try (FileChannel file = FileChannel.open(version.path(), StandardOpenOption.READ)) {
            HostTransfer.toDevice(HostVector.of(file, version.payloadStart(), layout.size()), flat);
        }
    }

    EvaluationResult evaluate() {
        return evaluator
                .orElseThrow(() -> new IllegalStateException("there is no test set"))
                .evaluate(flat);
    }

    boolean finite() {
        for (long from = 0; from < layout.size(); from += FINITE_CHECK_CHUNK) {
            long to = Math.min(from + FINITE_CHECK_CHUNK, layout.size());
            try (NDManager scope = manager.newSubManager();
                    NDArray view = FlatParameters.slice(flat, from, to)) {
                view.attach(scope);
                // NaN is the maximum of anything that holds one.
                if (!Float.isFinite(view.abs().max().getFloat())) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        evaluator.ifPresent(CentralEvaluator::close);
        optimizer.close();
        aggregator.close();
        manager.close();
    }
}
