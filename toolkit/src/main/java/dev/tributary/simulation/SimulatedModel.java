package dev.tributary.simulation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import dev.tributary.device.GradientScope;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.strategy.GlobalVector;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.TrainingException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** The global model of a simulation, which moves only to where it is finite. */
final class SimulatedModel implements AutoCloseable {
    private static final NDIndex ALL = new NDIndex(":");

    private final GlobalVector model;
    private final NDArray previous;
    private @Nullable NDArray drift;

    /**
     * @throws IllegalArgumentException if the initial parameters are not finite
     */
    SimulatedModel(
            Device device,
            ParameterLayout layout,
            Strategy strategy,
            Simulation.Initializer initial)
            throws IOException {
        model = new GlobalVector(device, layout, strategy);
        try (GradientScope off = GradientScope.off()) {
            initial.initialize(model.flat());
            if (!model.finite()) {
                throw new IllegalArgumentException(
                        "initial model: expected finite values, found NaN or infinity");
            }
            previous = model.flat().duplicate();
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    ParameterLayout layout() {
        return model.layout();
    }

    NDArray flat() {
        return model.flat();
    }

    NDManager manager() {
        return model.manager();
    }

    /** Forgets the updates of this round. */
    void reset() {
        model.reset();
    }

    /**
     * Adds an update; any thread.
     *
     * @param magnitude its largest absolute value
     * @param count updates in the round, at most
     * @throws TrainingException if it does not fit beside so many
     */
    void fold(HostVector update, float magnitude, double weight, int count) throws IOException {
        if (!model.fits(magnitude, weight, count)) {
            throw new TrainingException(
                    "update: weight %s times magnitude %s does not fit the accumulator"
                            .formatted(weight, magnitude));
        }
        // The lock also hands the sum's memory from thread to thread.
        synchronized (model) {
            model.fold(update, magnitude, weight);
        }
    }

    /**
     * With the next step the model also goes a part of the way to another one, but for its
     * counters, which do not mix.
     *
     * @param part in [0, 1]
     */
    void towards(NDArray other, double part) {
        try (GradientScope off = GradientScope.off()) {
            forgetDrift();
            drift = other.sub(model.flat());
            drift.muli(part);
            long mixed = layout().start(ParameterKind.COUNTER);
            if (mixed < layout().size()) {
                try (NDArray counters = FlatParameters.slice(drift, mixed, layout().size())) {
                    counters.muli(0);
                }
            }
        }
    }

    /**
     * Moves by the updates of this round.
     *
     * @return false if the new model were not finite; the model has not moved then
     */
    boolean step() {
        try (GradientScope off = GradientScope.off()) {
            previous.set(ALL, model.flat());
            if (drift != null) {
                model.flat().addi(drift);
                forgetDrift();
            }
            boolean finite = model.step();
            if (!finite) {
                model.flat().set(ALL, previous);
            }
            return finite;
        }
    }

    private void forgetDrift() {
        if (drift != null) {
            drift.close();
            drift = null;
        }
    }

    /** Brings back a model that was. */
    void restore(NDArray earlier) {
        try (GradientScope off = GradientScope.off()) {
            model.flat().set(ALL, earlier);
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
