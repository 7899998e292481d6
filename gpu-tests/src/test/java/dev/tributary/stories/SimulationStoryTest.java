package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunConfigBuilder;
import dev.tributary.config.SamplerConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.SimulatedRun;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.OptimizerPlan.Rule;
import dev.tributary.training.TrainingPlan;
import dev.tributary.training.UpdateForm;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What should happen: a simulation leaves, byte for byte, the model of the same run file over HTTP,
 * with the same measurements: for any number of threads, a part of the clients in each round, local
 * optimizers with state, clients that remember, robust rules, samplers that look back, and
 * evaluations of both kinds.
 */
@Timeout(120)
class SimulationStoryTest {
    private static final CohortConfig THREE_OF_SEVEN =
            CohortConfig.of(3).withWaitFor(7).withDeadline(Duration.ofSeconds(30));

    @TempDir private Path runs;

    @Test
    void sameModelAsOverHttp() throws Exception {
        assertSameAsOverHttp(
                SmallFederation.run(7, 4)
                        .cohort(THREE_OF_SEVEN)
                        .evaluation(new EvaluationConfig(true, true, 2))
                        .build());
    }

    @Test
    void sameModelAsOverHttpWithHiddenLayersAndLocalAdam() throws Exception {
        RunConfigBuilder run =
                SmallFederation.run(7, 3)
                        .model(new ModelSpec("mlp", Map.of("hidden", "9")))
                        .cohort(THREE_OF_SEVEN)
                        .training(
                                new TrainingPlan(
                                        2,
                                        8,
                                        OptimizerPlan.of(Rule.ADAM, 0.01),
                                        LearningRateSchedule.constant(),
                                        1));
        assertSameAsOverHttp(run.seed(5).build());
    }

    @Test
    void sameModelAsOverHttpWithFedAdamAndAProximalTerm() throws Exception {
        RunConfigBuilder run =
                SmallFederation.run(7, 4)
                        .cohort(THREE_OF_SEVEN)
                        .training(TrainingPlan.sgd(2, 10, 0.1).withProximalMu(0.1))
                        .strategy(new StrategyConfig("fedadam", 0.01, Map.of("tau", "0.01")));
        assertSameAsOverHttp(run.build());
    }

    @ParameterizedTest
    @CsvSource({
        "scaffold,,",
        "feddyn,alpha,0.1",
        "fednova,,",
        "fedper,local,*bias",
        "fedrep,local,*bias",
        "ditto,,",
        "qfedavg,q,2",
        "fine-tuning,epochs,2"
    })
    void sameModelAsOverHttpWithClientsThatRemember(String name, String option, String value)
            throws Exception {
        Map<String, String> options = option == null ? Map.of() : Map.of(option, value);
        assertSameAsOverHttp(
                SmallFederation.run(7, 4)
                        .cohort(THREE_OF_SEVEN)
                        .strategy(new StrategyConfig(name, 1, options))
                        .evaluation(new EvaluationConfig(true, true, 1))
                        .build());
    }

    @ParameterizedTest
    @CsvSource({"fedavg,,", "qfedavg,q,2", "fine-tuning,epochs,2"})
    void sameExamplesAreHeldOutAsOverHttp(String name, String option, String value)
            throws Exception {
        Map<String, String> options = option == null ? Map.of() : Map.of(option, value);
        assertSameAsOverHttp(
                SmallFederation.run(7, 2)
                        .cohort(THREE_OF_SEVEN)
                        .strategy(new StrategyConfig(name, 1, options))
                        .training(TrainingPlan.sgd(1, 10, 0.1).withHoldout(0.25))
                        .evaluation(new EvaluationConfig(true, true, 1))
                        .build());
    }

    @ParameterizedTest
    @CsvSource({
        "median,server-momentum,0.5,power-of-choice",
        "multi-krum,byzantine,0,weighted",
        "rfa,iterations,3,available",
        "centered-clipping,radius,0.1,utility"
    })
    void sameModelAsOverHttpWithRobustRulesAndSamplers(
            String rule, String option, String value, String sampler) throws Exception {
        assertSameAsOverHttp(
                SmallFederation.run(7, 4)
                        .cohort(THREE_OF_SEVEN.withSampler(new SamplerConfig(sampler, Map.of())))
                        .strategy(new StrategyConfig(rule, 1, Map.of(option, value)))
                        .build());
    }

    @ParameterizedTest
    @EnumSource(value = UpdateForm.class, names = "DELTA", mode = Mode.EXCLUDE)
    void sameModelAsOverHttpWithOtherUploads(UpdateForm form) throws Exception {
        assertSameAsOverHttp(
                SmallFederation.run(7, 4)
                        .cohort(THREE_OF_SEVEN)
                        .training(TrainingPlan.sgd(1, 10, 0.1).withUpdateForm(form))
                        .strategy(new StrategyConfig("fedavgm", 0.1, Map.of()))
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedavg", "scaffold", "rfa"})
    void sameModelAsOverHttpWithUpdatesOfHalfPrecision(String strategy) throws Exception {
        TrainingPlan plan = TrainingPlan.sgd(1, 10, 0.1).withUpdatePrecision(Precision.FLOAT16);
        RunConfigBuilder run =
                SmallFederation.run(7, 4)
                        .cohort(THREE_OF_SEVEN)
                        .strategy(new StrategyConfig(strategy, 1, Map.of()));
        RunStatus rounded = assertSameAsOverHttp(run.training(plan).build());
        RunConfig whole = run.training(plan.withUpdatePrecision(Precision.FLOAT32)).build();

        RunStatus other = simulate(whole, 2);
        assertThat(rounded.modelSha256()).isNotEqualTo(other.modelSha256());
        assertThat(rounded.bytesUp()).isLessThan(other.bytesUp());
        assertThat(rounded.bytesDown()).isEqualTo(overHttp(whole).bytesDown());
    }

    private RunStatus assertSameAsOverHttp(RunConfig config) throws Exception {
        RunStatus overHttp = overHttp(config);
        for (int threads : new int[] {1, 3}) {
            RunStatus simulated = simulate(config, threads);

            assertThat(simulated.modelSha256()).isEqualTo(overHttp.modelSha256());
            assertThat(simulated.clients()).hasSize(7);
            assertSameMeasures(simulated.history(), overHttp.history());
        }
        return overHttp;
    }

    private RunStatus overHttp(RunConfig config) {
        try (SmallFederation federation = new SmallFederation(config, runs)) {
            federation.agent(6, 0, 2);
            federation.agent(1, 3, 4, 5);
            return federation.server().awaitEnd();
        }
    }

    private RunStatus simulate(RunConfig config, int threads)
            throws IOException, InterruptedException {
        try (SimulatedRun run = new SimulatedRun(config, runs, threads)) {
            RunStatus end = run.run();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            for (String file :
                    List.of("model.safetensors", "metrics.jsonl", "run.yaml", "provenance.json")) {
                assertThat(run.directory().resolve(file)).isNotEmptyFile();
            }
            assertThat(Files.readString(run.directory().resolve("chart.svg"))).contains("<svg");
            return end;
        }
    }

    /** What both measure; agents tell no more than sums. */
    private static Map<String, Double> spread(RoundMetrics round) {
        Map<String, Double> measures =
                new TreeMap<>(Objects.requireNonNullElse(round.federatedMeasures(), Map.of()));
        measures.keySet().retainAll(Set.of("globalAccuracy", "worstAccuracy", "accuracyDeviation"));
        return measures;
    }

    private static void assertSameMeasures(
            List<RoundMetrics> simulated, List<RoundMetrics> overHttp) {
        assertThat(simulated).hasSameSizeAs(overHttp);
        for (int i = 0; i < simulated.size(); i++) {
            RoundMetrics one = simulated.get(i);
            RoundMetrics other = overHttp.get(i);
            assertThat(one.round()).isEqualTo(other.round());
            assertThat(one.cohort()).isEqualTo(other.cohort());
            assertThat(one.accepted()).isEqualTo(other.accepted());
            assertThat(one.accuracy()).isEqualTo(other.accuracy());
            assertThat(one.federatedAccuracy()).isEqualTo(other.federatedAccuracy());
            assertThat(spread(one)).isEqualTo(spread(other));
            assertThat(one.trainLoss()).isEqualTo(other.trainLoss());
            if (other.loss() != null) {
                assertThat(Objects.requireNonNull(one.loss()))
                        .isCloseTo(other.loss(), Offset.offset(1e-12));
            }
        }
    }
}
