package dev.tributary.strategy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;

/**
 * How a global model moves, in any range of its vector: one place, so that a server, which passes
 * its model by in ranges, and a simulation, which moves it as a whole, agree to the bit.
 */
public final class GlobalStep {
    private GlobalStep() {}

    /**
     * Moves a range in place: trainables by the server optimizer, statistics and counters by the
     * aggregate itself, since those follow the clients.
     *
     * @param layout of the whole vector
     * @param optimizer moves the trainables
     * @param from position of the range's first element
     * @param model float32 {@code [n]}, that range of the model; changed
     * @param update float32 {@code [n]}, that range of the aggregate; may be changed
     */
    public static void move(
            ParameterLayout layout,
            ServerOptimizer optimizer,
            long from,
            NDArray model,
            NDArray update) {
        long end = Math.min(layout.size(ParameterKind.TRAINABLE), from + model.size());
        long trainables = Math.max(0, end - from);
        if (trainables > 0) {
            try (NDArray target = FlatParameters.slice(model, 0, trainables);
                    NDArray part = FlatParameters.slice(update, 0, trainables)) {
                optimizer.step(from, target, part);
            }
        }
        if (trainables < model.size()) {
            try (NDArray target = FlatParameters.slice(model, trainables, model.size());
                    NDArray part = FlatParameters.slice(update, trainables, model.size())) {
                target.addi(part);
            }
        }
    }

    /** Whether values hold neither infinity nor NaN. */
    public static boolean finite(NDArray values) {
        if (values.isEmpty()) {
            return true;
        }
        try (NDManager scope = values.getManager().newSubManager();
                NDArray magnitudes = values.abs()) {
            magnitudes.attach(scope);
            // NaN is the maximum of anything that holds one.
            return Float.isFinite(magnitudes.max().getFloat());
        }
    }
}
