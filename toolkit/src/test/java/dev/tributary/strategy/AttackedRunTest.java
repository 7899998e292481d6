package dev.tributary.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.data.DatasetSource;
import dev.tributary.data.generated.DigitsProvider;
import dev.tributary.testkit.Attack;
import dev.tributary.testkit.AttackedFederation;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.Map;

/** Two of ten clients send five times the opposite of what they have learned. */
@Timeout(120)
class AttackedRunTest {
    private static final int ROUNDS = 6;
    private static final Attack ATTACK = new Attack.SignFlip(5);
    private static final Map<String, String> TWO = Map.of("byzantine", "2");

    @Test
    void fedAvgCollapsesAndRobustRulesStayWithinThreePointsOfTheCleanRun() throws IOException {
        DatasetSource digits =
                new DigitsProvider()
                        .open(null, Map.of("examples", "4000", "test-examples", "500"), 1);
        TrainingPlan plan = TrainingPlan.sgd(2, 25, 0.25);
        try (AttackedFederation federation = new AttackedFederation(digits, 10, 2, plan, 24)) {
            Strategy fedAvg = Strategies.named("fedavg", 1, Map.of());
            double clean = federation.accuracy(fedAvg, new Attack.None(), ROUNDS);

            assertThat(clean).isGreaterThan(0.85);
            assertThat(federation.accuracy(fedAvg, ATTACK, ROUNDS)).isLessThan(0.3);
            assertStays(federation, clean, "median", Map.of());
            assertStays(federation, clean, "trimmed-mean", TWO);
            assertStays(federation, clean, "multi-krum", TWO);
            assertStays(federation, clean, "rfa", Map.of());
        }
    }

    private static void assertStays(
            AttackedFederation federation, double clean, String name, Map<String, String> options)
            throws IOException {
        double found = federation.accuracy(Strategies.named(name, 1, options), ATTACK, ROUNDS);
        assertThat(found).as(name).isGreaterThan(clean - 0.03);
    }
}
