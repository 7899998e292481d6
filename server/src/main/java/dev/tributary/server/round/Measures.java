package dev.tributary.server.round;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.evaluation.FederatedEvaluation;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * How a model did.
 *
 * @param central on the server's test set; null if not evaluated
 * @param federated on the clients' data; null if not evaluated
 * @param classifier whether there is an accuracy
 * @param seconds what the evaluation took
 */
record Measures(
        @Nullable EvaluationResult central,
        @Nullable FederatedEvaluation federated,
        boolean classifier,
        double seconds) {
    static final Measures NONE = new Measures(null, null, false, 0);

    @Nullable Double accuracy() {
        return accuracyOf(central);
    }

    @Nullable Double loss() {
        return lossOf(central);
    }

    @Nullable Double federatedAccuracy() {
        return accuracyOf(total());
    }

    @Nullable Double federatedLoss() {
        return lossOf(total());
    }

    /** What counts for the end of the run: the server's before the clients'; null if neither. */
    @Nullable EvaluationResult result() {
        return central != null ? central : total();
    }

    private @Nullable EvaluationResult total() {
        return federated == null ? null : federated.total();
    }

    /** What else the central evaluation found, by name. */
    Map<String, Double> more() {
        return central == null ? Map.of() : central.measures();
    }

    /** What else the clients found, by name. */
    Map<String, Double> federatedMore() {
        return federated == null ? Map.of() : federated.measures(classifier);
    }

    private @Nullable Double accuracyOf(@Nullable EvaluationResult result) {
        return result == null || !classifier ? null : finite(result.accuracy());
    }

    private static @Nullable Double lossOf(@Nullable EvaluationResult result) {
        return result == null ? null : finite(result.meanLoss());
    }

    /** JSON has no word for NaN. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
