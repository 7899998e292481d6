package dev.tributary.simulation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import dev.tributary.device.GradientScope;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.strategy.GlobalStep;
import dev.tributary.strategy.GlobalVector;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.TrainingException;

import java.io.IOException;

/** The global model of a simulation, which moves only to where it is finite. */
final class SimulatedModel implements AutoCloseable {
    private static final NDIndex ALL = new NDIndex(":");

    private final GlobalVector model;
    private final NDArray trained;
    private final int clients;
    private final NDArray previous;
    private double part = GlobalStep.WHOLE;

    /**
     * @param layout the model's
     * @param exchange of what is exchanged, which begins with the model
     * @param clients how many there are in the federation
     * @throws IllegalArgumentException if the initial parameters are not finite
     */
    SimulatedModel(
            Device device,
            ParameterLayout layout,
            ParameterLayout exchange,
            Strategy strategy,
            int clients,
            Simulation.Initializer initial)
            throws IOException {
        this.clients = clients;
        model = new GlobalVector(device, exchange, strategy);
        try (GradientScope off = GradientScope.off()) {
            trained = FlatParameters.slice(model.flat(), 0, layout.size());
            initial.initialize(trained);
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

    /** Of what is exchanged. */
    ParameterLayout layout() {
        return model.layout();
    }

    /** What is exchanged: the model, and what else clients receive. */
    NDArray flat() {
        return model.flat();
    }

    /** The model alone. */
    NDArray trained() {
        return trained;
    }

    NDManager manager() {
        return model.manager();
    }

    /** Forgets the updates of this round. */
    void reset() {
        part = GlobalStep.WHOLE;
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
     * The next step goes a part of the way only: it mixes the model with a client's.
     *
     * @param newPart in (0, 1]
     */
    void mix(double newPart) {
        part = newPart;
    }

    /**
     * Moves by the updates of this round.
     *
     * @return false if the new model were not finite; the model has not moved then
     */
    boolean step() {
        try (GradientScope off = GradientScope.off()) {
            previous.set(ALL, model.flat());
            boolean finite = model.step(clients, part);
            if (!finite) {
                model.flat().set(ALL, previous);
            }
            return finite;
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
