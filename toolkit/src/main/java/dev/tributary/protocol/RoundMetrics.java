package dev.tributary.protocol;

import dev.tributary.evaluation.FederatedEvaluation;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * What a round cost and reached; one line of {@code metrics.jsonl}.
 *
 * @param round the round, from 1; 0 is the evaluation of the initial model
 * @param modelVersion the version that it published
 * @param cohort clients selected
 * @param accepted updates that count
 * @param rejected updates that were wrong
 * @param discarded updates that came late or were not needed
 * @param trainLoss mean local training loss, weighted by examples; null where none was reported
 * @param accuracy central test accuracy in [0, 1]; null where not evaluated or not a classifier
 * @param loss central test loss; null where not evaluated
 * @param federatedAccuracy accuracy on the clients' data, weighted by examples: of the clients' own
 *     models where the round is {@link #personal}; null where not evaluated
 * @param federatedLoss loss on the clients' data, weighted by examples, of the same models; null
 *     where not evaluated
 * @param bytesUp body bytes received
 * @param bytesDown body bytes sent
 * @param seconds from selection to publication
 * @param evaluationSeconds central and federated evaluation
 * @param simulatedSeconds what a simulation's virtual clock showed at publication, from the start
 *     of the run; null where there is none
 * @param measures what else the central evaluation found, by name, such as {@code auc}; null where
 *     nothing
 * @param federatedMeasures the same on the clients' data
 */
public record RoundMetrics(
        int round,
        int modelVersion,
        int cohort,
        int accepted,
        int rejected,
        int discarded,
        @Nullable Double trainLoss,
        @Nullable Double accuracy,
        @Nullable Double loss,
        @Nullable Double federatedAccuracy,
        @Nullable Double federatedLoss,
        long bytesUp,
        long bytesDown,
        double seconds,
        double evaluationSeconds,
        @Nullable Double simulatedSeconds,
        @Nullable Map<String, Double> measures,
        @Nullable Map<String, Double> federatedMeasures) {

    /** A round under no virtual clock, without further measures. */
    public RoundMetrics(
            int round,
            int modelVersion,
            int cohort,
            int accepted,
            int rejected,
            int discarded,
            @Nullable Double trainLoss,
            @Nullable Double accuracy,
            @Nullable Double loss,
            @Nullable Double federatedAccuracy,
            @Nullable Double federatedLoss,
            long bytesUp,
            long bytesDown,
            double seconds,
            double evaluationSeconds) {
        this(
                round,
                modelVersion,
                cohort,
                accepted,
                rejected,
                discarded,
                trainLoss,
                accuracy,
                loss,
                federatedAccuracy,
                federatedLoss,
                bytesUp,
                bytesDown,
                seconds,
                evaluationSeconds,
                null,
                null,
                null);
    }

    /** Whether the federated evaluation is of models that clients have for themselves. */
    public boolean personal() {
        return federatedMeasures != null
                && (federatedMeasures.containsKey(FederatedEvaluation.GLOBAL_LOSS)
                        || federatedMeasures.containsKey(FederatedEvaluation.GLOBAL_ACCURACY));
    }

    /** The same round with further measures; empty ones are left out. */
    public RoundMetrics withMeasures(
            Map<String, Double> newMeasures, Map<String, Double> newFederatedMeasures) {
        return with(
                simulatedSeconds,
                newMeasures.isEmpty() ? null : newMeasures,
                newFederatedMeasures.isEmpty() ? null : newFederatedMeasures);
    }

    /** The same round under a virtual clock; under none if that is null. */
    public RoundMetrics withSimulatedSeconds(@Nullable Double newSimulatedSeconds) {
        return with(newSimulatedSeconds, measures, federatedMeasures);
    }

    private RoundMetrics with(
            @Nullable Double newSimulatedSeconds,
            @Nullable Map<String, Double> newMeasures,
            @Nullable Map<String, Double> newFederatedMeasures) {
        return new RoundMetrics(
                round,
                modelVersion,
                cohort,
                accepted,
                rejected,
                discarded,
                trainLoss,
                accuracy,
                loss,
                federatedAccuracy,
                federatedLoss,
                bytesUp,
                bytesDown,
                seconds,
                evaluationSeconds,
                newSimulatedSeconds,
                newMeasures,
                newFederatedMeasures);
    }

    /** The same round, measured anew. */
    public RoundMetrics withEvaluation(
            @Nullable Double newAccuracy,
            @Nullable Double newLoss,
            @Nullable Double newFederatedAccuracy,
            @Nullable Double newFederatedLoss,
            double newEvaluationSeconds) {
        return new RoundMetrics(
                round,
                modelVersion,
                cohort,
                accepted,
                rejected,
                discarded,
                trainLoss,
                newAccuracy,
                newLoss,
                newFederatedAccuracy,
                newFederatedLoss,
                bytesUp,
                bytesDown,
                seconds,
                newEvaluationSeconds,
                simulatedSeconds,
                measures,
                federatedMeasures);
    }
}
