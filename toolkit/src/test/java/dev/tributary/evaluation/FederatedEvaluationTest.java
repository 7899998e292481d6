package dev.tributary.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FederatedEvaluationTest {
    private final FederatedEvaluation evaluation = new FederatedEvaluation();

    @Test
    void clientsAreToldApart() {
        evaluation.add("b", result(30, 6, 24), null);
        evaluation.add("a", result(10, 5, 4), null);
        assertThat(evaluation.size()).isEqualTo(2);
        assertThat(evaluation.has("c")).isFalse();
        assertThat(evaluation.total()).isEqualTo(result(40, 11, 28));
        // Accuracies 0.4 and 0.8, whatever the examples behind them.
        assertThat(evaluation.measures(true))
                .containsOnlyKeys("worstAccuracy", "accuracyDeviation");
        assertThat(evaluation.measures(true).get("worstAccuracy")).isEqualTo(0.4);
        assertThat(evaluation.measures(true).get("accuracyDeviation"))
                .isCloseTo(0.2, within(1e-12));
        assertThat(evaluation.measures(false)).isEmpty();
    }

    @Test
    void personalModelsAreMeasuredBesideTheGlobalOne() {
        evaluation.add("a", result(10, 5, 9), result(10, 10, 4));
        evaluation.add("b", result(30, 6, 30), result(30, 20, 24));
        assertThat(evaluation.total().accuracy()).isEqualTo(39 / 40.0);
        assertThat(evaluation.measures(true))
                .containsEntry("globalAccuracy", 28 / 40.0)
                .containsEntry("globalLoss", 30 / 40.0)
                .containsEntry("worstAccuracy", 0.9);
    }

    @Test
    void nothingIsKnownOfNobody() {
        assertThat(evaluation.measures(true)).isEmpty();
    }

    private static EvaluationResult result(long count, double loss, long correct) {
        return new EvaluationResult(count, loss, correct);
    }
}
