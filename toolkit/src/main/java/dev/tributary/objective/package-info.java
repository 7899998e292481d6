/**
 * What a client minimizes, and what it remembers and exchanges for that.
 *
 * <p>A {@link dev.tributary.objective.LocalObjective} turns a received vector into an update, by
 * means of {@link dev.tributary.objective.LocalWork}, the training of a model. {@link
 * dev.tributary.objective.LocalObjectives} finds them by name, so that a task can carry one as an
 * {@link dev.tributary.objective.ObjectiveSpec} and agents need no code of their own.
 */
@NullMarked
package dev.tributary.objective;

import org.jspecify.annotations.NullMarked;
