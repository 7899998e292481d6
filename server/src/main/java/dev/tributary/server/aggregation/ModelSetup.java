package dev.tributary.server.aggregation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;
import java.util.Optional;

/**
 * Which model a run is about: its layout, how it starts, and how it is evaluated.
 *
 * <p>All but {@link #layout} is called on the thread that owns the device.
 */
public interface ModelSetup {

    /** The layout of the model and of every update; any thread. */
    ParameterLayout layout();

    /**
     * Puts the initial parameters.
     *
     * @param flat float32 {@code [layout().size()]}, zeros on any device; overwritten
     */
    void initialize(NDArray flat) throws IOException;

    /** Where the initial parameters come from, for messages. */
    default String origin() {
        return "the seed";
    }

    /** Opens the central evaluation on a device; empty if there is none. */
    Optional<CentralEvaluator> openEvaluator(Device device);
}
