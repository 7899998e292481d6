package dev.tributary.simulation;

import dev.tributary.config.EvaluationConfig;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.evaluation.FederatedEvaluation;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.RoundMetrics;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/** Measures the model after a round: on the test set, on the data of those who took part. */
final class Evaluator {
    private static final double NANOS = 1e9;

    private final Federation federation;
    private final @Nullable TestSet test;
    private final boolean classifier;

    /**
     * @param test null if there is no central evaluation
     * @param classifier whether there is an accuracy
     */
    Evaluator(Federation federation, @Nullable TestSet test, boolean classifier) {
        this.federation = federation;
        this.test = test;
        this.classifier = classifier;
    }

    /**
     * How a model did.
     *
     * @param central on the test set; null if not evaluated
     * @param federated on the clients' data; null if not evaluated
     * @param seconds what the evaluation took
     */
    record Measured(
            @Nullable EvaluationResult central,
            @Nullable FederatedEvaluation federated,
            double seconds) {
        static final Measured NOTHING = new Measured(null, null, 0);

        /** What counts for the end of the run; null if nothing was measured. */
        @Nullable EvaluationResult result() {
            return central != null ? central : total();
        }

        private @Nullable EvaluationResult total() {
            return federated == null ? null : federated.total();
        }
    }

    /** Measures if that is due after this round. */
    Measured after(int round, Cohort cohort) throws InterruptedException {
        EvaluationConfig due = federation.config().evaluation();
        if (!due.isDue(round, federation.config().rounds())) {
            return Measured.NOTHING;
        }
        long start = System.nanoTime();
        EvaluationResult central =
                test == null
                        ? null
                        : test.evaluate(federation.model().flat(), federation.workers());
        FederatedEvaluation federated =
                due.federated() ? federated(round, cohort.contributors()) : null;
        return new Measured(central, federated, (System.nanoTime() - start) / NANOS);
    }

    /** What the round cost and reached. */
    RoundMetrics metrics(
            int round,
            Cohort cohort,
            double seconds,
            Measured measured,
            @Nullable Double simulatedSeconds) {
        int accepted = cohort.accepted();
        ParameterLayout layout = federation.model().layout();
        long bytesUp = federation.config().training().updatePrecision().bytes(layout);
        return new RoundMetrics(
                        round,
                        round,
                        cohort.asked(),
                        accepted,
                        cohort.rejected(),
                        cohort.discarded(),
                        cohort.trainLoss(),
                        accuracy(measured.central),
                        loss(measured.central),
                        accuracy(measured.total()),
                        loss(measured.total()),
                        bytesUp * accepted,
                        layout.bytes() * cohort.asked(),
                        seconds,
                        measured.seconds)
                .withMeasures(
                        measured.central == null ? Map.of() : measured.central.measures(),
                        measured.federated == null
                                ? Map.of()
                                : measured.federated.measures(classifier))
                .withSimulatedSeconds(simulatedSeconds);
    }

    private @Nullable FederatedEvaluation federated(int round, List<String> contributors)
            throws InterruptedException {
        if (contributors.isEmpty()) {
            return null;
        }
        FederatedEvaluation evaluation = new FederatedEvaluation();
        ClientWork work = new ClientWork(federation);
        federation
                .workers()
                .each(
                        contributors,
                        (worker, client) -> work.evaluate(worker, client, round, evaluation));
        return evaluation;
    }

    private @Nullable Double accuracy(@Nullable EvaluationResult result) {
        return result == null || !classifier ? null : finite(result.accuracy());
    }

    private static @Nullable Double loss(@Nullable EvaluationResult result) {
        return result == null ? null : finite(result.meanLoss());
    }

    /** JSON has no word for NaN. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
