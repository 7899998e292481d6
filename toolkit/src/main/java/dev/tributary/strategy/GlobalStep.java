package dev.tributary.strategy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.training.UpdateForm;

/**
 * How a global model moves, in any range of its vector: one place, so that a server, which passes
 * its model by in ranges, and a simulation, which moves it as a whole, agree to the bit.
 */
public final class GlobalStep {
    private GlobalStep() {}

    /**
     * Moves a range in place: trainables and auxiliaries by the server optimizer, statistics and
     * counters by the aggregate itself, since those follow the clients.
     *
     * @param layout of the whole vector
     * @param optimizer moves the trainables
     * @param form what clients upload, and so what the aggregate is one of
     * @param from position of the range's first element
     * @param model float32 {@code [n]}, that range of the model; changed
     * @param update float32 {@code [n]}, that range of the aggregate; may be changed
     */
    public static void move(
            ParameterLayout layout,
            ServerOptimizer optimizer,
            UpdateForm form,
            long from,
            NDArray model,
            NDArray update) {
        Window window = new Window(from, model, update);
        long trained = layout.size(ParameterKind.TRAINABLE);
        long measured = layout.start(ParameterKind.AUXILIARY);
        switch (form) {
            case DELTA -> {}
            case WEIGHTS -> update.subi(model);
            case GRADIENT -> window.each(0, trained, (at, target, part) -> part.negi());
        }
        window.each(0, trained, optimizer::step);
        window.each(trained, measured, (at, target, part) -> target.addi(part));
        window.each(
                measured,
                layout.size(),
                (at, target, part) -> optimizer.stepAuxiliary(at - measured, target, part));
    }

    @FunctionalInterface
    private interface Move {
        void apply(long from, NDArray target, NDArray update);
    }

    /** A range of the vector, which begins at a position. */
    private record Window(long start, NDArray model, NDArray update) {
        /** Moves what of {@code [first, last)} is here, if anything is. */
        void each(long first, long last, Move move) {
            long from = Math.max(first, start);
            long to = Math.min(last, start + model.size());
            if (from < to) {
                try (NDArray target = FlatParameters.slice(model, from - start, to - start);
                        NDArray part = FlatParameters.slice(update, from - start, to - start)) {
                    move.apply(from, target, part);
                }
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
