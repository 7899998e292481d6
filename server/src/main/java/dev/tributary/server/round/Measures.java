package dev.tributary.server.round;

import dev.tributary.config.StopConfig;
import dev.tributary.training.EvaluationResult;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Optional;

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
        @Nullable EvaluationResult federated,
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
        return accuracyOf(federated);
    }

    @Nullable Double federatedLoss() {
        return lossOf(federated);
    }

    /** What else the central evaluation found, by name. */
    Map<String, Double> more() {
        return central == null ? Map.of() : central.measures();
    }

    /** What else the clients found, by name. */
    Map<String, Double> federatedMore() {
        return federated == null ? Map.of() : federated.measures();
    }

    /** Why the run may end now, if it may; what the server measured counts before the rest. */
    Optional<String> reached(StopConfig stop) {
        EvaluationResult result = central != null ? central : federated;
        return result == null ? Optional.empty() : stop.reached(result, classifier);
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
