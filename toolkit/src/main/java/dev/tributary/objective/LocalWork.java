package dev.tributary.objective;

import ai.djl.ndarray.NDArray;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingPlan;

/** The training of models on one client's data, by the plan of one round. */
public interface LocalWork {

    /** The model's layout. */
    ParameterLayout layout();

    /** What is done in a round. */
    TrainingPlan plan();

    /** The round, from 1. */
    int round();

    /**
     * Trains a model.
     *
     * @param model float32 {@code [layout().size()]}: as received before, trained after
     * @param correction what each step adds to the gradient
     * @throws dev.tributary.training.TrainingException if model and data do not fit, or numbers are
     *     no longer finite
     */
    default LocalResult train(NDArray model, GradientCorrection correction) {
        return train(model, correction, plan());
    }

    /**
     * Trains a model by another plan than the round's, with the same draws.
     *
     * @see #train(NDArray, GradientCorrection)
     */
    LocalResult train(NDArray model, GradientCorrection correction, TrainingPlan plan);

    /**
     * Evaluates a model on the examples that the client trains on.
     *
     * @param model float32 {@code [layout().size()]}; read only
     */
    EvaluationResult evaluate(NDArray model);

    /** The client learning rate of this round. */
    default double learningRate() {
        return plan().learningRateAt(round());
    }
}
