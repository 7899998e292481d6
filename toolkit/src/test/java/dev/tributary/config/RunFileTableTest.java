package dev.tributary.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The table of keys in docs/runs.md says what the settings say of themselves. */
class RunFileTableTest {
    private static final List<Class<?>> OWNERS =
            List.of(
                    RunConfig.class,
                    DataConfig.class,
                    PartitionConfig.class,
                    CohortConfig.class,
                    SamplerConfig.class,
                    TrainingReader.class,
                    StrategyConfig.class,
                    StopConfig.class,
                    StopConfig.Plateau.class,
                    EvaluationConfig.class,
                    SimulationConfig.class,
                    SpeedConfig.class);

    /** With what has no default of its own, and all sections that may be left out. */
    private static final String USUAL =
            """
            model: mlp
            data: digits
            stop: {plateau: {evaluations: 3}}
            simulation: {}
            """;

    /** Defaults that are no single value. */
    private static final Map<String, String> IN_WORDS =
            Map.ofEntries(
                    Map.entry("model.name", "required"),
                    Map.entry("data.dataset", "required"),
                    Map.entry("stop.plateau.evaluations", "required in `stop.plateau`"),
                    Map.entry("cohort.minimum", "three quarters of `cohort.size`"),
                    Map.entry("cohort.wait-for", "`cohort.size` plus `cohort.over-selection`"),
                    Map.entry("cohort.sampler.name", "the strategy's own, mostly `uniform`"),
                    Map.entry("training.optimizer.learning-rate", "`0.1`; `0.001` for Adam"),
                    Map.entry("training.schedule.decay-rounds", "by the shape"),
                    Map.entry("training.schedule.factor", "by the shape"),
                    Map.entry("evaluation.central", "whether the server holds data"));

    @Test
    void everyKeyIsThereWithItsValuesAndItsDefault() throws Exception {
        assertThat(documented()).containsExactlyElementsOf(rows());
    }

    private static List<String> rows() throws IllegalAccessException {
        Map<String, String> usual = new HashMap<>();
        String resolved = RunFile.write(RunFiles.parse(USUAL));
        flatten("", new Load(LoadSettings.builder().build()).loadFromString(resolved), usual);
        List<String> rows = new ArrayList<>();
        for (Class<?> owner : OWNERS) {
            for (Field field : owner.getDeclaredFields()) {
                if (field.getType() == Setting.class) {
                    Setting<?> setting = (Setting<?>) field.get(null);
                    rows.add(row(setting, usual));
                }
            }
        }
        return rows;
    }

    private static String row(Setting<?> setting, Map<String, String> usual) {
        String value = usual.get(setting.path());
        String fallback = value == null ? "none" : "`" + value + "`";
        return "| `%s` | %s | %s |"
                .formatted(
                        setting.path(),
                        setting.expected(),
                        IN_WORDS.getOrDefault(setting.path(), fallback));
    }

    private static void flatten(String path, Object node, Map<String, String> into) {
        if (node instanceof Map<?, ?> section) {
            section.forEach(
                    (key, value) ->
                            flatten(path.isEmpty() ? "" + key : path + "." + key, value, into));
        } else {
            into.put(path, "" + node);
        }
    }

    private static List<String> documented() throws IOException {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(directory.resolve("docs/runs.md"))) {
            directory = directory.resolveSibling("");
        }
        try (Stream<String> lines = Files.lines(directory.resolve("docs/runs.md"))) {
            return lines.dropWhile(line -> !line.startsWith("| key |"))
                    .skip(2)
                    .takeWhile(line -> line.startsWith("|"))
                    .toList();
        }
    }
}
