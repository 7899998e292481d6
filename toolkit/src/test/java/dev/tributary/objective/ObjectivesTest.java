package dev.tributary.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.device.NativeStack;
import dev.tributary.objective.QuadraticFederation.Participant;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.strategy.Strategies;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.OptimizerPlan.Rule;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Every algorithm against rounds worked out by hand: two clients with optima at 1 and -3, a rate of
 * 0.5, from a model of 0.
 */
class ObjectivesTest {
    private static final Participant ONE = new Participant(1, 2, 10);
    private static final Participant OTHER = new Participant(-3, 2, 30);
    private static final ParameterLayout BODY_AND_HEAD =
            ParameterLayout.builder().trainable("body", 1).trainable("head", 1).build();

    @BeforeAll
    static void loadEngine() {
        NativeStack.engine();
    }

    @Test
    void scaffoldMovesModelAndControlVariates() throws IOException {
        try (QuadraticFederation federation =
                new QuadraticFederation("scaffold", Map.of(), ONE, OTHER)) {
            federation.round();
            // Ways 0.75 and -2.25 in 2 steps: the mean gradients are -0.75 and 2.25.
            assertThat(federation.vector()).containsExactly(-0.75f, 0.75f);
            assertThat(federation.state(0)).containsExactly(-0.75f);
            assertThat(federation.state(1)).containsExactly(2.25f);

            federation.round();
            // Shifts 1.5 and -1.5: the ways are 0.1875 and -0.5625.
            assertThat(federation.state(0)).containsExactly(-1.6875f);
            assertThat(federation.state(1)).containsExactly(2.0625f);
            assertThat(federation.vector()).containsExactly(-0.9375f, 0.1875f);
        }
    }

    @Test
    void scaffoldsControlVariateIsTheMeanOfTheClients() throws IOException {
        Participant third = new Participant(0.3f, 3, 7);
        try (QuadraticFederation federation =
                new QuadraticFederation("scaffold", Map.of(), ONE, OTHER, third)) {
            for (int round = 0; round < 5; round++) {
                federation.round();
            }
            // Those who stay away count with what they remember.
            federation.round(2, 0);
            float mean =
                    (federation.state(0)[0] + federation.state(1)[0] + federation.state(2)[0]) / 3;
            assertThat(federation.vector()[1]).isCloseTo(mean, within(1e-6f)).isNotZero();
        }
    }

    @Test
    void scaffoldFindsTheOptimumWhereFedAvgDoesNot() throws IOException {
        // Unlike numbers of steps pull FedAvg towards the client that takes more.
        Participant busy = new Participant(1, 8, 10);
        Participant idle = new Participant(-3, 1, 10);
        assertThat(after(40, "scaffold", busy, idle)).isCloseTo(-1, within(1e-3f));
        assertThat(after(40, "fedavg", busy, idle)).isGreaterThan(-0.5f);
    }

    @Test
    void roundAtARateOfZeroLeavesModelAndControlVariatesWhereTheyAre() throws IOException {
        try (QuadraticFederation federation =
                new QuadraticFederation("scaffold", Map.of(), ONE, OTHER)) {
            federation.round();
            federation.rest();
            federation.round();
            assertThat(federation.vector()).containsExactly(-0.75f, 0.75f);
            assertThat(federation.state(0)).containsExactly(-0.75f);
        }
        try (QuadraticFederation federation =
                new QuadraticFederation("qfedavg", Map.of("q", "1"), ONE, OTHER)) {
            federation.rest();
            // F = 0.5 and d = 0: nothing, the loss, and F alone.
            assertThat(federation.update(0)).containsExactly(0, 0.5f, 0.5f);
            federation.round();
            assertThat(federation.vector()).containsExactly(0, 2.5f, 0);
        }
    }

    @Test
    void firstUpdateOfScaffoldIsFedAvgs() {
        try (QuadraticFederation plain = new QuadraticFederation("fedavg", Map.of(), ONE);
                QuadraticFederation scaffold = new QuadraticFederation("scaffold", Map.of(), ONE)) {
            assertThat(scaffold.update(0)[0]).isEqualTo(plain.update(0)[0]);
        }
    }

    @Test
    void fedDynMovesModelAndDuals() throws IOException {
        try (QuadraticFederation federation =
                new QuadraticFederation("feddyn", Map.of("alpha", "1"), ONE, OTHER)) {
            federation.round();
            // Half of the way to each optimum: 0.5 and -1.5; h = 0.5, mean - h / alpha = -1.
            assertThat(federation.vector()).containsExactly(-1);
            assertThat(federation.state(0)).containsExactly(-0.5f);
            assertThat(federation.state(1)).containsExactly(1.5f);

            federation.round();
            // Ways 0.75 and -0.25: h = 0.25, and the mean of the optima stays.
            assertThat(federation.state(0)).containsExactly(-1.25f);
            assertThat(federation.state(1)).containsExactly(1.75f);
            assertThat(federation.vector()).containsExactly(-1);
        }
    }

    @Test
    void fedDynsServerRemembersTheShareOfThoseWhoCame() throws IOException {
        try (QuadraticFederation federation =
                new QuadraticFederation("feddyn", Map.of("alpha", "1"), ONE, OTHER)) {
            federation.round(0);
            // w_1 = 0.5, h = -1 / 2 * 0.5: 0.5 + 0.25.
            assertThat(federation.vector()).containsExactly(0.75f);
            assertThat(federation.state(1)).containsExactly(0);
        }
    }

    @Test
    void fedDynRemembersTheUpdateThatTravels() {
        Participant third = new Participant(1 / 3f, 2, 10);
        try (QuadraticFederation federation =
                new QuadraticFederation("feddyn", Map.of("alpha", "1"), third)) {
            federation.halve();
            float[] sent = federation.update(0);
            assertThat(sent[0]).isCloseTo(1 / 6f, within(1e-4f)).isNotEqualTo(1 / 6f);
            assertThat(federation.state(0)).containsExactly(-sent[0]);
        }
    }

    @Test
    void fedDynWithSmallAlphaTrainsAsFedAvg() {
        try (QuadraticFederation plain = new QuadraticFederation("fedavg", Map.of(), ONE);
                QuadraticFederation dyn =
                        new QuadraticFederation("feddyn", Map.of("alpha", "1e-6"), ONE)) {
            assertThat(dyn.update(0)[0]).isCloseTo(plain.update(0)[0], within(1e-5f));
        }
    }

    @Test
    void fedNovaDividesBySteps() throws IOException {
        Participant quick = new Participant(-3, 1, 30);
        try (QuadraticFederation federation =
                new QuadraticFederation("fednova", Map.of(), ONE, quick)) {
            assertThat(federation.update(0)).containsExactly(0.375f, 2 / 1024f);
            federation.round();
            // (10 * 0.75 / 2 + 30 * -1.5) / 40 times (10 * 2 + 30 * 1) / 40.
            assertThat(federation.vector()).containsExactly(-1.2890625f, 0);
            federation.round();
            // From there the ways are 1.716796875 and -0.85546875.
            float way = (0.85839844f - 3 * 0.85546875f) / 4 * 1.25f;
            assertThat(federation.vector()[0]).isCloseTo(-1.2890625f + way, within(1e-6f));
            assertThat(federation.vector()[1]).isZero();
        }
    }

    @Test
    void fedNovaWithEqualStepsIsFedAvg() throws IOException {
        try (QuadraticFederation plain = new QuadraticFederation("fedavg", Map.of(), ONE, OTHER);
                QuadraticFederation nova =
                        new QuadraticFederation("fednova", Map.of(), ONE, OTHER)) {
            plain.round();
            nova.round();
            assertThat(nova.vector()[0]).isEqualTo(plain.vector()[0]);
        }
    }

    @Test
    void fedNovaCountsWhatMomentumAddsLater() {
        // With rho = 0.5 the gradients of 3 steps are applied 1.75, 1.5 and 1 times.
        assertThat(FedNovaObjective.applied(3, 0.5)).isEqualTo(4.25);
        assertThat(FedNovaObjective.applied(3, 0)).isEqualTo(3);
    }

    @Test
    void fedNovaRefusesStepsThatNobodyCanHaveTaken() throws IOException {
        TrainingPlan plan = TrainingPlan.sgd(2, 10, 0.1);
        UpdateCheck check = new FedNovaObjective().updateCheck(BODY_AND_HEAD, plan);
        // Two epochs of 25 examples are 6 steps.
        for (float steps : new float[] {1, 5, 6}) {
            check.check(HostVector.of(new float[] {9, -9, steps / 1024}), 25);
        }
        for (float steps : new float[] {7, 1e6f, 0.5f, 0, -6}) {
            assertThatThrownBy(
                            () -> check.check(HostVector.of(new float[] {9, -9, steps / 1024}), 25))
                    .hasMessageContaining("expected 1 to 6.0 steps of 25 examples, found " + steps);
        }
    }

    @Test
    void qFedAvgCountsLossesAndStepsLessWhereTheyChangeFast() throws IOException {
        try (QuadraticFederation federation =
                new QuadraticFederation("qfedavg", Map.of("q", "1"), ONE, OTHER)) {
            // F = 0.5 and d = 0.75: F d, and |d|^2 / 0.5 + F.
            assertThat(federation.update(0)).containsExactly(0.375f, 0.5f, 1.625f);
            federation.round();
            // (0.5 * 0.75 - 4.5 * 2.25) / (1.625 + 14.625); the mean loss is exchanged.
            assertThat(federation.vector()[0]).isCloseTo(-0.6f, within(1e-6f));
            assertThat(federation.vector()[1]).isEqualTo(2.5f);
            assertThat(federation.vector()[2]).isZero();
            federation.round();
            // In whichever unit losses are: (1.28 * 1.2 - 2.88 * 1.8) / (4.16 + 9.36) from there.
            assertThat(federation.vector()[0]).isCloseTo(-0.6f - 0.2698225f, within(1e-5f));
        }
    }

    @Test
    void qFedAvgWithoutFairnessIsFedAvgOfClientsThatCountAlike() throws IOException {
        Participant twin = new Participant(-3, 1, 10);
        try (QuadraticFederation plain = new QuadraticFederation("fedavg", Map.of(), ONE, twin);
                QuadraticFederation fair =
                        new QuadraticFederation("qfedavg", Map.of("q", "0"), ONE, twin)) {
            for (int round = 0; round < 4; round++) {
                plain.round();
                fair.round();
                assertThat(fair.vector()[0]).isEqualTo(plain.vector()[0]);
            }
        }
    }

    @Test
    void qFedAvgSurvivesClientsWithoutAnyLoss() throws IOException {
        Participant content = new Participant(0, 2, 10);
        try (QuadraticFederation federation =
                new QuadraticFederation("qfedavg", Map.of("q", "5"), content, content)) {
            federation.round();
            federation.round();
            assertThat(federation.vector()).containsExactly(0, 0, 0);
        }
    }

    @Test
    void qFedAvgRefusesANegativeNormalizer() throws IOException {
        UpdateCheck check =
                new QFedAvgObjective(1).updateCheck(BODY_AND_HEAD, TrainingPlan.sgd(1, 1, 1));
        check.check(HostVector.of(new float[] {1, 1, -1, 0}), 1);
        assertThatThrownBy(() -> check.check(HostVector.of(new float[] {1, 1, 1, -1}), 1))
                .hasMessage("qfedavg.normalizer: expected at least 0, found -1.0");
    }

    @Test
    void fedRepTrainsTheHeadAndThenTheBody() throws IOException {
        Map<String, String> options = Map.of("local", "head", "head-epochs", "1");
        try (QuadraticFederation federation =
                new QuadraticFederation(BODY_AND_HEAD, "fedrep", options, ONE, OTHER)) {
            // Two steps of the body, one of the head, which stays.
            assertThat(federation.update(0)).containsExactly(0.75f, 0);
            assertThat(federation.personal(0)).containsExactly(0, 0.5f);
            federation.round();
            assertThat(federation.vector()).containsExactly(-1.5f, 0);
            // The first of them has trained its head twice by now.
            assertThat(federation.personal(0)).containsExactly(-1.5f, 0.75f);
            assertThat(federation.personal(1)).containsExactly(-1.5f, -1.5f);
        }
    }

    @Test
    void fineTuningGoesOnFromTheGlobalModelAndLeavesItAlone() throws IOException {
        try (QuadraticFederation plain = new QuadraticFederation("fedavg", Map.of(), ONE, OTHER);
                QuadraticFederation tuned =
                        new QuadraticFederation("fine-tuning", Map.of("epochs", "1"), ONE, OTHER)) {
            plain.round();
            tuned.round();
            assertThat(tuned.vector()).isEqualTo(plain.vector()).containsExactly(-1.5f);
            // Half of the way to each optimum.
            assertThat(tuned.personal(0)).containsExactly(-0.25f);
            assertThat(tuned.personal(1)).containsExactly(-2.25f);
        }
    }

    @Test
    void fedPersLocalTensorsNeverMoveGlobally() throws IOException {
        try (QuadraticFederation federation =
                new QuadraticFederation(
                        BODY_AND_HEAD, "fedper", Map.of("local", "h*d"), ONE, OTHER)) {
            assertThat(federation.personal(0)).containsExactly(0, 0);
            federation.round();
            // The body: (10 * 0.75 - 30 * 2.25) / 40.
            assertThat(federation.vector()).containsExactly(-1.5f, 0);
            assertThat(federation.personal(0)).containsExactly(-1.5f, 0.75f);
            assertThat(federation.personal(1)).containsExactly(-1.5f, -2.25f);

            federation.round();
            // Heads go on from where they were, bodies from the global one.
            assertThat(federation.vector())
                    .containsExactly(-1.5f + (10 * 1.875f - 30 * 1.125f) / 40, 0);
            assertThat(federation.personal(0)[1]).isEqualTo(0.9375f);
            assertThat(federation.personal(1)[1]).isEqualTo(-2.8125f);
        }
    }

    @Test
    void dittoTrainsAModelForEachClientBesideFedAvg() throws IOException {
        try (QuadraticFederation plain = new QuadraticFederation("fedavg", Map.of(), ONE, OTHER);
                QuadraticFederation ditto =
                        new QuadraticFederation("ditto", Map.of("lambda", "1"), ONE, OTHER)) {
            for (int round = 0; round < 2; round++) {
                plain.round();
                ditto.round();
                assertThat(ditto.vector()).isEqualTo(plain.vector());
            }
            // First to the middle between 0 and the optimum; then, held to -1.5, to -0.25 and
            // -2.25.
            assertThat(ditto.personal(0)).containsExactly(-0.25f);
            assertThat(ditto.personal(1)).containsExactly(-2.25f);
        }
    }

    @Test
    void fedBnKeepsBatchNormAndNothingElse() {
        ParameterLayout model =
                ParameterLayout.builder()
                        .trainable("01Linear_weight", 2)
                        .trainable("02BatchNorm_gamma", 3)
                        .add("02BatchNorm_runningMean", List.of(3L), ParameterKind.STATISTIC)
                        .build();
        LocalObjective fedBn = LocalObjectives.of(new ObjectiveSpec("fedbn", Map.of()));
        assertThat(fedBn.stateSize(model)).isEqualTo(3 + 3 + 1);
        assertThat(fedBn.exchangeLayout(model)).isEqualTo(model);
        assertThatThrownBy(() -> fedBn.check(BODY_AND_HEAD, TrainingPlan.sgd(1, 1, 1)))
                .hasMessageContaining("fedbn")
                .hasMessageContaining("found 0 of [body, head]");
    }

    @Test
    void exchangeBeginsWithTheModel() {
        ParameterLayout model =
                ParameterLayout.builder()
                        .trainable("weight", 2, 3)
                        .add("count", List.of(), ParameterKind.COUNTER)
                        .build();
        for (LocalObjectiveFactory factory : LocalObjectives.all()) {
            Map<String, String> options =
                    List.of("fedper", "fedrep").contains(factory.name())
                            ? Map.of("local", "weight")
                            : Map.of();
            ParameterLayout exchange =
                    LocalObjectives.of(new ObjectiveSpec(factory.name(), options))
                            .exchangeLayout(model);
            assertThat(exchange.model()).isEqualTo(model);
            assertThat(exchange.tensors()).startsWith(model.tensors().toArray(TensorSpec[]::new));
        }
    }

    @Test
    void plansThatMakeNoSenseAreRefused() {
        TrainingPlan sgd = TrainingPlan.sgd(1, 1, 0.1);
        TrainingPlan adam =
                new TrainingPlan(
                        1, 1, OptimizerPlan.of(Rule.ADAM, 0.1), LearningRateSchedule.constant(), 0);
        TrainingPlan momentum =
                new TrainingPlan(
                        1,
                        1,
                        OptimizerPlan.sgd(0.1).withMomentum(0.5),
                        LearningRateSchedule.constant(),
                        0);
        assertRefused("scaffold", adam, "optimizer.rule: expected sgd with scaffold, found adam");
        assertRefused("scaffold", momentum, "momentum: expected 0 with scaffold, found 0.5");
        assertRefused("fednova", adam, "optimizer.rule: expected sgd with fednova, found adam");
        for (String name : List.of("scaffold", "feddyn", "fednova", "ditto", "qfedavg")) {
            assertRefused(name, sgd.withProximalMu(0.5), "expected 0 with " + name);
        }
    }

    @Test
    void wrongOptionsAreRefusedWithTheStrategysName() {
        assertThatThrownBy(() -> Strategies.named("scaffold", 1, Map.of("alpha", "1")))
                .hasMessageContaining("strategy scaffold")
                .hasMessageContaining("unknown [alpha]");
        assertThatThrownBy(() -> Strategies.named("feddyn", 1, Map.of("alpha", "0")))
                .hasMessageContaining("strategy feddyn: option \"alpha\"");
        assertThatThrownBy(() -> Strategies.named("feddyn", 0.5, Map.of()))
                .hasMessageContaining("expected 1 with feddyn, found 0.5");
        assertThatThrownBy(() -> Strategies.named("fedper", 1, Map.of()))
                .hasMessageContaining("strategy fedper: expected option \"local\"");
        assertThatThrownBy(() -> Strategies.named("fedper", 1, Map.of("local", "a,,b")))
                .hasMessageContaining("found an empty one");
        assertThatThrownBy(() -> LocalObjectives.of(new ObjectiveSpec("none", Map.of())))
                .hasMessageContaining("expected one of [ditto, fedbn")
                .hasMessageContaining("found \"none\"");
    }

    private static void assertRefused(String name, TrainingPlan plan, String message) {
        LocalObjective objective = LocalObjectives.of(new ObjectiveSpec(name, Map.of()));
        assertThatThrownBy(() -> objective.check(BODY_AND_HEAD, plan))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static float after(int rounds, String strategy, Participant... participants)
            throws IOException {
        try (QuadraticFederation federation =
                new QuadraticFederation(strategy, Map.of(), participants)) {
            for (int i = 0; i < rounds; i++) {
                federation.round();
            }
            return federation.vector()[0];
        }
    }
}
