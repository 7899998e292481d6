package dev.tributary.strategy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import dev.tributary.device.Scalars;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.strategy.optimizer.ServerOptimizer;
import dev.tributary.training.UpdateForm;

/**
 * How a global model moves, in any range of its vector: one place, so that a server, which passes
 * its model by in ranges, and a simulation, which moves it as a whole, agree to the bit.
 *
 * @param layout of the whole vector
 * @param optimizer moves the trainables
 * @param form what clients upload, and so what the aggregate is one of
 */
public record GlobalStep(ParameterLayout layout, ServerOptimizer optimizer, UpdateForm form) {
    private static final NDIndex ALL = new NDIndex(":");

    /** All of the way, as ever but where models are mixed. */
    public static final double WHOLE = 1;

    /**
     * Moves a range in place: trainables and auxiliaries by the server optimizer, statistics and
     * counters by the aggregate itself, since those follow the clients. Counters that clients
     * upload as they are never go back.
     *
     * @param from position of the range's first element
     * @param model float32 {@code [n]}, that range of the model; changed
     * @param update float32 {@code [n]}, that range of the aggregate; may be changed
     * @param part of the way to the aggregate, for trainables and statistics, in (0, 1]; less than
     *     {@link #WHOLE} mixes models, {@code w = (1 - part) w + part w_k}
     */
    public void move(long from, NDArray model, NDArray update, double part) {
        Window window = new Window(from, model, update);
        long trained = layout.size(ParameterKind.TRAINABLE);
        long counted = layout.start(ParameterKind.COUNTER);
        long measured = layout.start(ParameterKind.AUXILIARY);
        switch (form) {
            case DELTA -> {}
            case WEIGHTS -> {
                update.subi(model);
                window.each(counted, measured, (at, target, ahead) -> notBack(ahead));
            }
            case GRADIENT -> window.each(0, trained, (at, target, slope) -> slope.negi());
        }
        if (part != WHOLE) {
            window.each(0, counted, (at, target, way) -> scale(way, part));
        }
        window.each(0, trained, optimizer::step);
        window.each(trained, measured, (at, target, mean) -> target.addi(mean));
        window.each(
                measured,
                layout.size(),
                (at, target, mean) -> optimizer.stepAuxiliary(at - measured, target, mean));
    }

    private static void notBack(NDArray counters) {
        try (NDManager scope = counters.getManager().newSubManager();
                NDArray ahead = counters.maximum(Scalars.of(scope, 0))) {
            counters.set(ALL, ahead);
        }
    }

    private static void scale(NDArray values, double factor) {
        try (NDManager scope = values.getManager().newSubManager()) {
            values.muli(Scalars.of(scope, factor));
        }
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
                NDArray largest = values.max();
                NDArray smallest = values.min()) {
            // What is read from a GPU leaves copies, which die with the scope.
            largest.attach(scope);
            smallest.attach(scope);
            // NaN is both, of anything that holds one.
            return Float.isFinite(largest.getFloat()) && Float.isFinite(smallest.getFloat());
        }
    }
}
