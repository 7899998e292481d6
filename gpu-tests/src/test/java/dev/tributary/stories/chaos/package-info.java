/**
 * Chaos: a federation of processes that are killed at random points and speak through a network
 * that cuts connections and changes bytes, and that gives the model of the undisturbed run all the
 * same.
 *
 * <p>{@code mvn -Pchaos verify} makes it long; {@code -Dtributary.seed=...} repeats its choices.
 */
@NullMarked
package dev.tributary.stories.chaos;

import org.jspecify.annotations.NullMarked;
