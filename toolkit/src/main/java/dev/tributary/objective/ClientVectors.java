package dev.tributary.objective;

import ai.djl.ndarray.NDArray;

import dev.tributary.parameters.ParameterLayout;

/**
 * A client's vectors in one round, all on one device; they belong to the caller.
 *
 * @param received float32 {@code [exchangeLayout.size()]}; read only
 * @param update the same; undefined before, the update after
 * @param state float32 {@code [stateSize]}: what the client remembers, zeros at first; changed
 */
public record ClientVectors(NDArray received, NDArray update, NDArray state) {

    /** The part of the update that is to be a model; a view, which the caller closes. */
    NDArray model(ParameterLayout layout) {
        return Vectors.model(update, layout);
    }
}
