/**
 * Training inside one client: a plan, data resident on the device, flat optimizers.
 *
 * <p>Main types: {@link dev.tributary.training.TrainingPlan} (what to do) and {@code LocalTrainer}
 * (does it).
 */
@NullMarked
package dev.tributary.training;

import org.jspecify.annotations.NullMarked;
