/**
 * Training inside one client: a plan, data resident on the device, flat optimizers.
 *
 * <p>{@link dev.tributary.training.TrainingPlan} says what to do; a {@link
 * dev.tributary.training.LocalTrainer} does it to a model that comes and goes as a flat vector, on
 * a {@link dev.tributary.training.DeviceDataset}; {@link dev.tributary.training.LocalResult} and
 * {@link dev.tributary.evaluation.EvaluationResult} say what came of it.
 *
 * <p>A step: the batch is a view of shuffled examples; each parameter is a fresh leaf over the
 * vector's memory; the backward pass yields scaled gradients; the optimizer moves the vector in
 * place, tensor by tensor on a CPU and all at once on a GPU. Nothing waits for the device before
 * the end of the epoch.
 */
@NullMarked
package dev.tributary.training;

import org.jspecify.annotations.NullMarked;
