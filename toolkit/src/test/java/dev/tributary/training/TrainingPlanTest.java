package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.training.LearningRateSchedule.Shape;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TrainingPlanTest {
    private static final Offset<Double> CLOSE = within(1e-12);

    @Test
    void aConstantRateStays() {
        TrainingPlan plan = TrainingPlan.sgd(1, 10, 0.25);
        assertThat(plan.learningRateAt(1)).isEqualTo(0.25);
        assertThat(plan.learningRateAt(1_000_000)).isEqualTo(0.25);
    }

    @Test
    void stepsHalveEveryTenRounds() {
        LearningRateSchedule schedule = new LearningRateSchedule(Shape.STEP, 0, 10, 0.5);
        assertThat(schedule.factorAt(10)).isEqualTo(1);
        assertThat(schedule.factorAt(11)).isEqualTo(0.5);
        assertThat(schedule.factorAt(20)).isEqualTo(0.5);
        assertThat(schedule.factorAt(21)).isEqualTo(0.25);
    }

    @Test
    void exponentialDecayIsOneFactorARound() {
        LearningRateSchedule schedule = new LearningRateSchedule(Shape.EXPONENTIAL, 0, 1, 0.9);
        assertThat(schedule.factorAt(1)).isEqualTo(1);
        assertThat(schedule.factorAt(4)).isCloseTo(0.729, CLOSE);
    }

    @Test
    void theCosineFallsToItsFloorAndStaysThere() {
        LearningRateSchedule schedule = new LearningRateSchedule(Shape.COSINE, 0, 20, 0.1);
        assertThat(schedule.factorAt(1)).isEqualTo(1);
        assertThat(schedule.factorAt(11)).isCloseTo(0.55, CLOSE);
        assertThat(schedule.factorAt(21)).isCloseTo(0.1, CLOSE);
        assertThat(schedule.factorAt(500)).isCloseTo(0.1, CLOSE);
    }

    @Test
    void theWarmUpRisesLinearlyAndTheCurveBeginsBehindIt() {
        LearningRateSchedule schedule = new LearningRateSchedule(Shape.STEP, 4, 1, 0.5);
        assertThat(schedule.factorAt(1)).isCloseTo(0.2, CLOSE);
        assertThat(schedule.factorAt(4)).isCloseTo(0.8, CLOSE);
        assertThat(schedule.factorAt(5)).isEqualTo(1);
        assertThat(schedule.factorAt(6)).isEqualTo(0.5);
    }

    @Test
    void wrongValuesAreNamedWithWhatWasExpected() {
        assertThatThrownBy(() -> TrainingPlan.sgd(0, 10, 0.1))
                .hasMessage("local epochs: expected a whole number, at least 1, found 0");
        assertThatThrownBy(() -> TrainingPlan.sgd(1, 0, 0.1)).hasMessageContaining("batch size");
        for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> TrainingPlan.sgd(1, 1, rate))
                    .hasMessageContaining("learning rate")
                    .hasMessageContaining("found " + rate);
        }
        assertThatThrownBy(() -> OptimizerPlan.sgd(0.1).withMomentum(1))
                .hasMessageContaining("momentum");
        assertThatThrownBy(() -> OptimizerPlan.sgd(0.1).withWeightDecay(-1))
                .hasMessageContaining("weight decay");
        assertThatThrownBy(() -> new LearningRateSchedule(Shape.STEP, 0, 1, 2))
                .hasMessageContaining("factor");
        assertThatThrownBy(() -> LearningRateSchedule.constant().factorAt(0))
                .hasMessageContaining("round");
    }
}
