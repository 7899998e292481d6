/**
 * How well a model does, as values that add: of a data set, of one client, of a federation.
 *
 * <p>An {@link dev.tributary.evaluation.EvaluationResult} is sums and counts, and so are its parts,
 * from the {@link dev.tributary.evaluation.ConfusionMatrix} to the {@link
 * dev.tributary.evaluation.ScoreHistogram}: those of any split of a data set give those of all of
 * it. A {@link dev.tributary.evaluation.FederatedEvaluation} adds them client by client. Nothing
 * here knows a model, a device or DJL.
 */
@NullMarked
package dev.tributary.evaluation;

import org.jspecify.annotations.NullMarked;
