package dev.tributary.config;

import static dev.tributary.config.RunFiles.BASE;
import static dev.tributary.config.RunFiles.MINIMAL;
import static dev.tributary.config.RunFiles.minimal;
import static dev.tributary.config.RunFiles.parse;
import static dev.tributary.config.RunFiles.parseMinimalWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.parameters.Precision;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.training.Augmentation;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.LearningRateSchedule.Shape;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.OptimizerPlan.Rule;
import dev.tributary.training.TrainingPlan;
import dev.tributary.training.UpdateForm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What run files mean. */
class RunFileTest {

    @Test
    void shortestFileHasAllDefaults() {
        RunConfig config = parse(MINIMAL);

        assertThat(config)
                .isEqualTo(
                        new RunConfig(
                                "run",
                                1,
                                "auto",
                                new ModelSpec("mlp", Map.of()),
                                new DataConfig(
                                        "digits",
                                        Optional.empty(),
                                        Map.of(),
                                        new PartitionConfig("iid", 4, Map.of())),
                                new CohortConfig(
                                        4, 3, 0, Duration.ofSeconds(60), 4, 3, Optional.empty()),
                                new TrainingPlan(
                                        1,
                                        32,
                                        new OptimizerPlan(Rule.SGD, 0.1, 0, 0, 0.9, 0.999, 1e-8),
                                        new LearningRateSchedule(Shape.CONSTANT, 0, 1, 1),
                                        0),
                                new StrategyConfig("fedavg", 1, Map.of()),
                                10,
                                StopConfig.never(),
                                new EvaluationConfig(true, false, 1),
                                Optional.empty()));
    }

    @Test
    void builderHasTheDefaultsOfTheFile() {
        assertThat(minimal().build()).isEqualTo(parse(MINIMAL));
    }

    @Test
    void emptySectionsMeanTheirDefaults() {
        String text = "cohort:\ntraining: {optimizer: }\nstop: {}\nevaluation: ~\n";

        assertThat(parseMinimalWith(text)).isEqualTo(parse(MINIMAL));
    }

    @Test
    void everyPropertyCanDifferFromItsDefault() {
        RunConfig config = parse(ALL_DIFFERENT);

        assertThat(config).isEqualTo(allDifferent());
    }

    @Test
    void builderReachesEveryProperty() {
        assertThat(allDifferent().toBuilder().build()).isEqualTo(allDifferent());
        assertThat(
                        minimal()
                                .model(allDifferent().model())
                                .data(allDifferent().data())
                                .evaluation(allDifferent().evaluation())
                                .build())
                .usingRecursiveComparison()
                .comparingOnlyFields("model", "data", "evaluation")
                .isEqualTo(allDifferent());
    }

    @Test
    void bareWordIsTheNameOfTheSection() {
        RunConfig config =
                parse(
                        """
                        model: cnn
                        data: {dataset: digits, partition: shards}
                        strategy: fedadam
                        """);

        assertThat(config.model()).isEqualTo(new ModelSpec("cnn", Map.of()));
        assertThat(config.data().partition()).isEqualTo(new PartitionConfig("shards", 4, Map.of()));
        assertThat(config.strategy()).isEqualTo(new StrategyConfig("fedadam", 1, Map.of()));
    }

    @Test
    void listOfOptionValuesIsJoinedByCommas() {
        RunConfig config =
                parse("model: {name: mlp, options: {hidden: [200, 100]}}\ndata: digits\n");

        assertThat(config.model().options()).containsExactly(Map.entry("hidden", "200,100"));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "4, 3", "10, 8", "100, 75"})
    void cohortDefaultsFollowFromItsSize(int size, int minimum) {
        RunConfig config = parseMinimalWith("cohort: {size: %d}\n".formatted(size));

        assertThat(config.cohort()).isEqualTo(CohortConfig.of(size));
        assertThat(config.cohort().minimum()).isEqualTo(minimum);
        assertThat(config.cohort().waitFor()).isEqualTo(size);
    }

    @Test
    void firstRoundWaitsForEverybodyItAsks() {
        CohortConfig cohort = parseMinimalWith("cohort: {size: 8, over-selection: 2}\n").cohort();

        assertThat(cohort.waitFor()).isEqualTo(10);
        assertThat(cohort.asked()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "30s, 30000", "2m, 120000", "1h, 3600000"})
    void durationsCarryTheirUnit(String text, long millis) {
        CohortConfig cohort = parseMinimalWith("cohort: {deadline: %s}\n".formatted(text)).cohort();

        assertThat(cohort.deadline()).isEqualTo(Duration.ofMillis(millis));
        assertThat(Texts.duration(cohort.deadline())).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"sgd, 0.1", "adam, 0.001", "adamw, 0.001"})
    void eachRuleHasItsUsualLearningRate(String rule, double rate) {
        String text = "training: {optimizer: {rule: %s}}\n".formatted(rule);

        assertThat(parseMinimalWith(text).training().optimizer().learningRate()).isEqualTo(rate);
    }

    @ParameterizedTest
    @CsvSource({"constant, 1, 1", "step, 10, 0.5", "exponential, 1, 0.95", "cosine, 35, 0"})
    void eachCurveHasItsUsualDecay(String shape, int decayRounds, double factor) {
        String text =
                "rounds: 40\ntraining: {schedule: {shape: %s, warmup-rounds: 5}}\n"
                        .formatted(shape);

        LearningRateSchedule schedule = parseMinimalWith(text).training().schedule();

        assertThat(schedule.decayRounds()).isEqualTo(decayRounds);
        assertThat(schedule.factor()).isEqualTo(factor);
    }

    @Test
    void serverWithoutDataDoesNotEvaluateByDefault() {
        RunConfig config = parse("model: mlp\ndata: none\n");

        assertThat(config.data().isPresent()).isFalse();
        assertThat(config.evaluation().central()).isFalse();
    }

    @Test
    void lastRoundIsAlwaysEvaluated() {
        EvaluationConfig evaluation = new EvaluationConfig(true, false, 4);

        assertThat(evaluation.isDue(3, 10)).isFalse();
        assertThat(evaluation.isDue(4, 10)).isTrue();
        assertThat(evaluation.isDue(10, 10)).isTrue();
        assertThat(new EvaluationConfig(false, false, 1).isDue(10, 10)).isFalse();
    }

    @Test
    void directoryIsNoRunFile(@TempDir Path directory) {
        assertThatThrownBy(() -> RunFile.read(directory))
                .hasMessage(directory + ": expected a run file, found a directory");
    }

    @Test
    void relativeDirectoryStartsAtTheFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("run.yaml");
        Files.writeString(file, "model: mlp\ndata: {dataset: mnist, directory: ../mnist}\n");

        assertThat(RunFile.read(file).data().directory())
                .contains(directory.resolveSibling("mnist"));
    }

    @Test
    void absoluteDirectoryStays() {
        Path absolute = BASE.resolveSibling("elsewhere");
        String text = "model: mlp\ndata: {dataset: mnist, directory: '%s'}\n".formatted(absolute);

        assertThat(parse(text).data().directory()).contains(absolute);
    }

    @Test
    void valuesBuiltInCodeObeyTheSameRules() {
        assertThatThrownBy(() -> CohortConfig.of(4).withMinimum(5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cohort.minimum: expected at most cohort.size, which is 4, found 5");
        assertThatThrownBy(() -> CohortConfig.of(4).withDeadline(Duration.ofNanos(1500)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cohort.deadline: expected a duration");
        assertThatThrownBy(() -> minimal().name("../up").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name: expected a name of 1 to 64");
        assertThatThrownBy(
                        () ->
                                RunConfig.builder(
                                                new ModelSpec("", Map.of()), DataConfig.of("d", 1))
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model.name: expected a name");
    }

    private static final String ALL_DIFFERENT =
            """
            name: other
            seed: -9223372036854775808
            device: gpu:3
            model:
              name: cnn
              options:
                width: 64
            data:
              dataset: mnist
              directory: files
              options: {limit: "100"}
              partition:
                scheme: dirichlet
                clients: 10
                options: {alpha: 0.5}
            cohort:
              size: 8
              minimum: 2
              over-selection: 1
              deadline: 1500ms
              wait-for: 5
              attempts: 0
            training:
              local-epochs: 5
              batch-size: all
              optimizer:
                rule: adamw
                learning-rate: 1e-2
                momentum: 0.5
                weight-decay: 0.01
                beta1: 0.8
                beta2: .99
                epsilon: 1.0E-6
              schedule: {shape: cosine, warmup-rounds: 2, decay-rounds: 30, factor: 0.1}
              clip-norm: 5
              proximal-mu: 0.25
              update: gradient
              update-precision: float16
              augmentation: {crop-padding: 4, flip: true}
              holdout: 0.2
            strategy:
              name: fedadam
              server-learning-rate: 0.5
              options: {tau: 0.001}
            rounds: 200
            stop:
              accuracy: 0.97
              loss: 0.1
              plateau: {evaluations: 7, improvement: 0.001}
              wall-time: 2h
              divergence: 3
            evaluation: {central: false, federated: true, every: 5}
            simulation:
              speed: {shape: pareto, width: 0.25, sigma: 1.5, alpha: 1.1}
              seconds-per-example: 0.02
              latency: 250ms
              availability: 0.9
              dropout: 0.1
            """;

    private static RunConfig allDifferent() {
        return new RunConfig(
                "other",
                Long.MIN_VALUE,
                "gpu:3",
                new ModelSpec("cnn", Map.of("width", "64")),
                new DataConfig(
                        "mnist",
                        Optional.of(BASE.resolve("files")),
                        Map.of("limit", "100"),
                        new PartitionConfig("dirichlet", 10, Map.of("alpha", "0.5"))),
                new CohortConfig(8, 2, 1, Duration.ofMillis(1500), 5, 0, Optional.empty()),
                new TrainingPlan(
                        5,
                        TrainingPlan.WHOLE_DATASET,
                        new OptimizerPlan(Rule.ADAMW, 0.01, 0.5, 0.01, 0.8, 0.99, 1e-6),
                        new LearningRateSchedule(Shape.COSINE, 2, 30, 0.1),
                        5,
                        0.25,
                        UpdateForm.GRADIENT,
                        Precision.FLOAT16,
                        new Augmentation(4, true),
                        0.2),
                new StrategyConfig("fedadam", 0.5, Map.of("tau", "0.001")),
                200,
                StopConfig.never()
                        .withAccuracy(0.97)
                        .withLoss(0.1)
                        .withPlateau(new StopConfig.Plateau(7, 0.001))
                        .withWallTime(Duration.ofHours(2))
                        .withDivergence(3),
                new EvaluationConfig(false, true, 5),
                Optional.of(
                        new SimulationConfig(
                                new SpeedConfig(SpeedConfig.Shape.PARETO, 0.25, 1.5, 1.1),
                                0.02,
                                Duration.ofMillis(250),
                                0.9,
                                0.1)));
    }
}
