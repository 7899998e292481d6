package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.data.LocalDataset;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.testkit.TinyTask;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Every model of the catalog: two agents and a server finish a round with it. */
@Timeout(60)
class CatalogStoryTest {
    @TempDir private Path runs;

    /** One for each model. */
    static Collection<TinyTask> tasks() {
        Map<String, TinyTask> tasks = new LinkedHashMap<>();
        TinyTask.all().forEach(task -> tasks.putIfAbsent(task.spec().name(), task));
        return tasks.values();
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void twoAgentsAndAServerFinishARound(TinyTask task) throws Exception {
        LocalDataset all = task.data();
        try (SmallFederation federation =
                new SmallFederation(run(task), runs, index -> half(all, index))) {
            federation.agent(0);
            federation.agent(1);

            RunStatus end = federation.server().awaitEnd();
            assertThat(end.state()).as(end.message()).isEqualTo(RunStatus.State.FINISHED);
            RoundMetrics round = end.history().get(end.history().size() - 1);
            assertThat(round.accepted()).isEqualTo(2);
            assertThat(round.federatedLoss()).isNotNull().isPositive();
            assertThat(Files.size(federation.server().runDirectory().resolve("model.safetensors")))
                    .isGreaterThan(4 * end.parameterCount());
        }
    }

    private static LocalDataset half(LocalDataset all, int index) {
        return all.subset(
                IntStream.range(0, all.exampleCount()).filter(i -> i % 2 == index).toArray());
    }

    private static RunConfig run(TinyTask task) {
        TrainingPlan plan =
                new TrainingPlan(
                        1,
                        24,
                        OptimizerPlan.sgd(task.learningRate()),
                        LearningRateSchedule.constant(),
                        1);
        return RunConfig.builder(task.spec(), DataConfig.of(DataConfig.NONE, 2))
                .device("cpu")
                .cohort(CohortConfig.of(2).withDeadline(Duration.ofSeconds(30)))
                .training(plan)
                .evaluation(new EvaluationConfig(false, true, 1))
                .rounds(1)
                .build();
    }
}
