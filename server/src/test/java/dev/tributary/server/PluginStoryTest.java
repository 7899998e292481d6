package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A jar with one of everything, in a process that is told of it by {@code --plugins}. */
@Timeout(120)
final class PluginStoryTest {
    private static final String SERVICES = "src/main/resources/META-INF/services/dev.tributary.";
    private static final String RUN =
            """
            name: plugged
            device: cpu
            model: user-line
            data:
              dataset: user-steps
              partition:
                clients: 2
            cohort:
              size: 2
            strategy:
              name: user-half
            rounds: 2
            """;

    @TempDir private Path directory;
    private UserProject project = new UserProject(Path.of(""));

    @BeforeEach
    void writeAndPack() throws IOException {
        project =
                new UserProject(directory)
                        .with("run.yaml", RUN)
                        .with("src/main/java/user/Line.java", LINE)
                        .with("src/main/java/user/Steps.java", STEPS)
                        .with("src/main/java/user/Half.java", HALF)
                        .with("src/main/java/user/Loud.java", LOUD)
                        .with(SERVICES + "models.catalog.ModelFactory", "user.Line\n")
                        .with(SERVICES + "data.DatasetProvider", "user.Steps\n")
                        .with(SERVICES + "strategy.StrategyFactory", "user.Half\n")
                        .with(SERVICES + "objective.LocalObjectiveFactory", "user.Loud\n")
                        .pack();
    }

    @Test
    void modelDataStrategyAndObjectiveOfAJarMakeARun() throws Exception {
        UserProject.Result run = project.tributary("simulate", "run.yaml", "--plugins", "target");

        assertThat(run.code()).as(run.output()).isZero();
        assertThat(run.output()).contains("objective of the user").contains("2 rounds");
    }

    @Test
    void withoutTheOptionNothingOfItIsKnown() throws Exception {
        UserProject.Result run = project.tributary("simulate", "run.yaml");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains("\"user-line\"").contains("found");
    }

    @Test
    void directoryWithoutJarsIsAnErrorInOneLine() throws Exception {
        Files.createDirectories(directory.resolve("empty"));

        UserProject.Result run = project.tributary("simulate", "run.yaml", "--plugins=empty");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output())
                .contains("plug-ins: expected a directory with at least one .jar, found none in")
                .hasLineCount(1);
    }

    @Test
    void nameThatIsTakenIsTold() throws Exception {
        project.with("src/main/java/user/Line.java", LINE.replace("\"user-line\"", "\"logistic\""))
                .pack();

        UserProject.Result run = project.tributary("simulate", "run.yaml", "--plugins=target");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output())
                .contains("model logistic: expected one class, found")
                .contains("user.Line");
    }

    private static final String LINE =
            """
            package user;

            import ai.djl.nn.core.Linear;
            import dev.tributary.models.catalog.ModelContext;
            import dev.tributary.models.catalog.ModelDefinition;
            import dev.tributary.models.catalog.ModelFactory;
            import java.util.Map;

            public final class Line implements ModelFactory {
                @Override public String name() { return "user-line"; }
                @Override public String description() { return "a line"; }
                @Override public Map<String, String> options() { return Map.of(); }
                @Override public ModelDefinition create(ModelContext context) {
                    return ModelDefinition.of(
                            context, () -> Linear.builder().setUnits(context.outputs()).build());
                }
            }
            """;

    private static final String STEPS =
            """
            package user;

            import dev.tributary.data.DatasetProvider;
            import dev.tributary.data.DatasetSource;
            import dev.tributary.data.LocalDataset;
            import java.nio.file.Path;
            import java.util.Map;

            public final class Steps implements DatasetProvider, DatasetSource {
                @Override public String name() { return "user-steps"; }
                @Override public String description() { return "0 and 1 in turn"; }
                @Override public Map<String, String> options() { return Map.of(); }
                @Override public DatasetSource open(
                        Path directory, Map<String, String> options, long seed) {
                    return this;
                }
                @Override public long[] featureShape() { return new long[] {1}; }
                @Override public int classCount() { return 2; }
                @Override public float[] trainLabels() {
                    float[] labels = new float[40];
                    for (int i = 0; i < labels.length; i++) {
                        labels[i] = i % 2;
                    }
                    return labels;
                }
                @Override public LocalDataset train(int[] indices) {
                    float[] values = new float[indices.length];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = indices[i] % 2;
                    }
                    return new LocalDataset(values.clone(), featureShape(), values, 2);
                }
                @Override public LocalDataset test() { return train(new int[] {0, 1, 2}); }
            }
            """;

    private static final String HALF =
            """
            package user;

            import dev.tributary.data.Options;
            import dev.tributary.objective.ObjectiveSpec;
            import dev.tributary.strategy.Strategy;
            import dev.tributary.strategy.StrategyFactory;
            import java.util.Map;

            public final class Half implements StrategyFactory {
                @Override public String name() { return "user-half"; }
                @Override public Strategy create(double serverLearningRate, Options options) {
                    return Strategy.fedAvg(serverLearningRate / 2)
                            .withObjective("Half", new ObjectiveSpec("user-loud", Map.of()));
                }
            }
            """;

    private static final String LOUD =
            """
            package user;

            import dev.tributary.data.Options;
            import dev.tributary.objective.ClientVectors;
            import dev.tributary.objective.LocalObjective;
            import dev.tributary.objective.LocalObjectiveFactory;
            import dev.tributary.objective.LocalWork;
            import dev.tributary.objective.PlainObjective;
            import dev.tributary.training.LocalResult;

            public final class Loud implements LocalObjectiveFactory, LocalObjective {
                @Override public String name() { return "user-loud"; }
                @Override public LocalObjective create(Options options) { return this; }
                @Override public LocalResult train(ClientVectors vectors, LocalWork work) {
                    System.out.println("objective of the user");
                    return new PlainObjective().train(vectors, work);
                }
            }
            """;
}
