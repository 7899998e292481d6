package dev.tributary.objective;

import ai.djl.ndarray.NDArray;

import dev.tributary.parameters.ParameterLayout;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingPlan;

/**
 * What a client minimizes in a round, and so what comes of it: an update, and what the client
 * remembers for the next time.
 *
 * <p>Everything is algebra on flat vectors. The <em>exchange vector</em> is the model followed by
 * what else is exchanged ({@link #exchangeLayout}); clients receive it and send an update of the
 * same layout. The <em>state</em> is a vector that never leaves its client ({@link #stateSize}).
 *
 * <p>What a client does depends on the received vector, its state, data, plan and streams, and on
 * nothing else. Immutable and thread-safe.
 */
public interface LocalObjective {

    /** The layout of what is exchanged, which begins with the model's; the model's by default. */
    default ParameterLayout exchangeLayout(ParameterLayout model) {
        return model;
    }

    /** Float32 elements that each client remembers from round to round; none by default. */
    default long stateSize(ParameterLayout model) {
        return 0;
    }

    /**
     * Refuses what makes no sense with this objective, before a run begins.
     *
     * @param model the model's layout
     * @param plan what clients do in a round
     * @throws IllegalArgumentException telling what was expected
     */
    default void check(ParameterLayout model, TrainingPlan plan) {}

    /**
     * What a server asks of each update before it counts; nothing by default. Where that is
     * something, relays send each update by itself.
     *
     * @param model the model's layout
     * @param plan what clients do in a round
     */
    default UpdateCheck updateCheck(ParameterLayout model, TrainingPlan plan) {
        return UpdateCheck.NONE;
    }

    /**
     * Trains for one round. Gradient recording is off.
     *
     * @param vectors what comes in and goes out
     * @param work trains models of this client
     * @throws dev.tributary.training.TrainingException if there is no update; update and state are
     *     then undefined
     */
    LocalResult train(ClientVectors vectors, LocalWork work);

    /** Whether a client evaluates another model beside the global one. */
    default boolean personal() {
        return false;
    }

    /**
     * Turns the global model into that of a client, for evaluation.
     *
     * @param model float32 {@code [model.size()]}, the global model; changed in place
     * @param state float32 {@code [stateSize]} of the client; read only
     * @param work trains models of this client
     */
    default void personalize(NDArray model, NDArray state, LocalWork work) {}
}
