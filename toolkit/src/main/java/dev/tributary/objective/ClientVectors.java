package dev.tributary.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.parameters.Float16;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.training.TrainingException;

/**
 * A client's vectors in one round, all on one device; they belong to the caller.
 *
 * @param received float32 {@code [exchangeLayout.size()]}; read only
 * @param update the same; undefined before, the update after
 * @param state float32 {@code [stateSize]}: what the client remembers, zeros at first; changed
 */
public record ClientVectors(NDArray received, NDArray update, NDArray state) {

    /**
     * Rounds the update, on its device, to what travels: who sends it and who folds it here then
     * have the same values.
     *
     * @param exchange the update's layout
     * @throws TrainingException if a value is too large to be rounded; the update is as it was
     */
    public void roundUpdate(ParameterLayout exchange, Precision precision) {
        long halves = precision.halves(exchange);
        if (halves == 0) {
            return;
        }
        try (NDManager scope = update.getManager().newSubManager()) {
            NDArray trainables = Vectors.range(update, 0, halves, scope);
            float magnitude = Vectors.magnitude(trainables, scope);
            if (!Float16.holds(magnitude)) {
                throw new TrainingException(
                        "update: expected values of at most %s, as update-precision: float16 has them, found %s"
                                .formatted(Float16.MAX_VALUE, magnitude));
            }
            NDArray rounded = Float16.narrow(trainables);
            rounded.attach(scope);
            trainables.set(Vectors.ALL, rounded);
        }
    }

    /** The part of the update that is to be a model; a view, which the caller closes. */
    NDArray model(ParameterLayout layout) {
        return Vectors.model(update, layout);
    }
}
