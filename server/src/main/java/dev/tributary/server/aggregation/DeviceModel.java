package dev.tributary.server.aggregation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.strategy.GlobalVector;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.EvaluationResult;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/**
 * The global model on its device, with what the server adds to it: files and an evaluation.
 *
 * <p>Belongs to one thread, which has the recording of gradients switched off.
 */
final class DeviceModel implements AutoCloseable {
    private final GlobalVector vector;
    private final Optional<CentralEvaluator> evaluator;

    DeviceModel(Device device, ModelSetup setup, Strategy strategy) throws IOException {
        vector = new GlobalVector(device, setup.layout(), strategy);
        setup.initialize(vector.flat());
        evaluator = setup.openEvaluator(device);
        if (!vector.finite()) {
            close();
            throw new IllegalArgumentException(
                    "initial model of %s: expected finite values, found NaN or infinity"
                            .formatted(setup.origin()));
        }
    }

    ParameterLayout layout() {
        return vector.layout();
    }

    /** The model's vector; read only, and on this thread only. */
    NDArray flat() {
        return vector.flat();
    }

    /** For the leak check: arrays and scopes alive on behalf of the model. */
    int managedArrays() {
        return vector.manager().getManagedArrays().size();
    }

    /** As {@link GlobalVector#fits}; any thread. */
    boolean fits(float magnitude, double weight, int count) {
        return vector.fits(magnitude, weight, count);
    }

    void fold(SpooledUpdate update) throws IOException {
        HostVector values =
                HostVector.of(update.file().channel(), update.payloadStart(), layout().size());
        vector.fold(values, update.magnitude(), update.weight());
    }

    /** Moves the model by the aggregate; returns whether it is finite. */
    boolean step() {
        return vector.step();
    }

    void reset() {
        vector.reset();
    }

    /**
     * Writes what the server optimizer remembers, if it does; durable with the directory.
     *
     * @param path of the version that is about to be published
     */
    void saveState(Path path) throws IOException {
        if (vector.optimizerState().isPresent()) {
            NDArray state = vector.optimizerState().get();
            Checkpoint.write(path, stateLayout(state), state, Map.of());
        }
    }

    /**
     * Puts the model back to a published version, and the server optimizer to what it remembered
     * then.
     *
     * @param path of that version's state
     */
    void restore(ModelVersion version, Path path) throws IOException {
        try (FileChannel file = FileChannel.open(version.path(), StandardOpenOption.READ)) {
            HostVector values = HostVector.of(file, version.payloadStart(), layout().size());
            HostTransfer.toDevice(values, flat());
        }
        if (vector.optimizerState().isPresent()) {
            NDArray state = vector.optimizerState().get();
            try (Checkpoint checkpoint = Checkpoint.open(path)) {
                checkpoint.read(stateLayout(state), state);
            }
        }
    }

    EvaluationResult evaluate() {
        return evaluator
                .orElseThrow(() -> new IllegalStateException("there is no test set"))
                .evaluate(flat());
    }

    @Override
    public void close() {
        evaluator.ifPresent(CentralEvaluator::close);
        vector.close();
    }

    private static ParameterLayout stateLayout(NDArray state) {
        return ParameterLayout.builder().trainable("optimizer", state.size()).build();
    }
}
