package dev.tributary.models.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.testkit.TinyTask;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class FineTuningTest {
    private static final ModelCatalog CATALOG = ModelCatalog.load();

    @TempDir private Path directory;

    @Test
    void frozenTensorsAreNeitherTrainedNorExchanged() throws IOException {
        TinyTask task = task("mlp");
        Path base = base(task.spec());
        try (Bench bench = new Bench(task, with(task, base, "freeze", "02Linear_*"));
                Bench before = new Bench(task, task.spec())) {
            assertThat(bench.names())
                    .containsExactly(
                            "04Linear_weight", "04Linear_bias", "06Linear_weight", "06Linear_bias");
            double loss = bench.loss();
            bench.train();

            assertThat(bench.loss()).isLessThan(0.9 * loss);
            before.read(base);
            assertThat(loss).isCloseTo(before.loss(), within(1e-6));
            Map<String, float[]> old = before.complete();
            Map<String, float[]> now = bench.complete();
            assertThat(now.keySet()).isEqualTo(old.keySet());
            now.forEach(
                    (name, values) -> {
                        if (name.startsWith("02")) {
                            assertThat(values).as(name).isEqualTo(old.get(name));
                        } else {
                            assertThat(values).as(name).isNotEqualTo(old.get(name));
                        }
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "transformer", "two-tower"})
    void onlyAdaptersTravelAndMergeIntoTheWeights(String model) throws IOException {
        TinyTask task = task(model);
        Path base = base(task.spec());
        ModelSpec adapted = with(task, base, "freeze", "*", "lora-rank", "2");
        try (Bench bench = new Bench(task, adapted);
                Bench plain = new Bench(task, task.spec())) {
            assertThat(bench.names())
                    .isNotEmpty()
                    .allMatch(name -> name.endsWith(".lora_A") || name.endsWith(".lora_B"));
            assertThat(bench.model.layout().size()).isLessThan(plain.model.layout().size());

            plain.read(base);
            double loss = plain.loss();
            assertThat(bench.loss()).as("adapters change nothing at first").isEqualTo(loss);
            bench.train();
            assertThat(bench.loss()).isLessThan(0.98 * loss);

            bench.model.complete(bench.flat, plain.flat);
            assertThat(plain.loss()).isCloseTo(bench.loss(), within(1e-5));
        }
    }

    @Test
    void adaptersHaveTheShapesOfThePaper() throws IOException {
        TinyTask task = task("mlp");
        ModelSpec spec = with(task, base(task.spec()), "freeze", "02*,04*", "lora-rank", "3");
        Map<String, List<Long>> shapes = new HashMap<>();
        for (TensorSpec tensor : CATALOG.create(spec).layout().tensors()) {
            shapes.put(tensor.name(), tensor.shape());
        }
        assertThat(shapes)
                .containsOnly(
                        Map.entry("02Linear_weight.lora_A", List.of(3L, 64L)),
                        Map.entry("02Linear_weight.lora_B", List.of(16L, 3L)),
                        Map.entry("04Linear_weight.lora_A", List.of(3L, 16L)),
                        Map.entry("04Linear_weight.lora_B", List.of(16L, 3L)),
                        Map.entry("06Linear_weight", List.of(4L, 16L)),
                        Map.entry("06Linear_bias", List.of(4L)));
    }

    @Test
    void headOfAnotherShapeStartsAfresh() throws IOException {
        TinyTask task = task("mlp");
        Map<String, String> wider = new HashMap<>(task.spec().options());
        wider.put("classes", "7");
        Path base = base(new ModelSpec("mlp", wider));
        try (Bench bench = new Bench(task, with(task, base, "freeze", "02*,04*"))) {
            assertThat(bench.names()).containsExactly("06Linear_weight", "06Linear_bias");
            double loss = bench.loss();
            bench.train();
            assertThat(bench.loss()).isLessThan(loss);
        }
        assertThatThrownBy(() -> new Bench(task, with(task, base)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("option base")
                .hasMessageContaining("\"06Linear_weight\": expected shape [4, 16], found [7, 16]");
    }

    @Test
    void baseAloneIsWhereTrainingStarts() throws IOException {
        TinyTask task = task("mlp");
        Path base = base(task.spec());
        try (Bench bench = new Bench(task, with(task, base));
                Bench plain = new Bench(task, task.spec())) {
            plain.read(base);
            assertThat(bench.model.layout()).isEqualTo(plain.model.layout());
            assertThat(bench.flat.toFloatArray()).isEqualTo(plain.flat.toFloatArray());
        }
    }

    @Test
    void statisticsGoOnBeingAveraged() throws IOException {
        TinyTask task =
                TinyTask.all().stream()
                        .filter(each -> "batch".equals(each.spec().options().get("norm")))
                        .findFirst()
                        .orElseThrow();
        ModelDefinition plain = CATALOG.create(task.spec());
        ModelSpec spec = with(task, base(task.spec()), "freeze", "*BatchNorm*");
        assertThat(CATALOG.create(spec).layout().tensors().stream().map(TensorSpec::name))
                .containsExactlyElementsOf(
                        plain.layout().tensors().stream()
                                .map(TensorSpec::name)
                                .filter(name -> !name.matches(".*BatchNorm_(gamma|beta)"))
                                .toList());
    }

    @Test
    void stepsLeaveNoArraysBehind() throws IOException {
        TinyTask task = task("transformer");
        ModelSpec adapted = with(task, base(task.spec()), "freeze", "*", "lora-rank", "2");
        try (Bench bench = new Bench(task, adapted)) {
            bench.train();
            bench.loss();
            int before = bench.manager.getManagedArrays().size();
            bench.train();
            bench.loss();
            assertThat(bench.manager.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void optionsThatMakeNoSenseAreTold() throws IOException {
        TinyTask task = task("mlp");
        Path base = base(task.spec());
        refused(with(task, null, "freeze", "02*"), "expected also the option base");
        refused(with(task, base, "lora-rank", "2"), "expected also the option freeze");
        refused(with(task, base, "freeze", "conv*"), "patterns for some of [02Linear_weight");
        refused(with(task, base, "freeze", "*"), "something is left to train");
        refused(
                with(task, base, "freeze", "*_bias", "lora-rank", "2"),
                "expected a frozen weight of a linear layer");
        refused(with(task, base, "freeze", "02*,,"), "none of them empty");
        refused(with(task, base, "freeze", "*", "lora-rank", "0"), "at least 1");
        refused(with(task, base, "base-sha256", "00"), "option base-sha256");
        refused(with(task, directory.resolve("none")), "a file that can be read");
        Path text = Files.writeString(directory.resolve("text"), "no tensors at all");
        refused(with(task, text, "freeze", "02*"), "not a safetensors file");
    }

    private static void refused(ModelSpec spec, String why) {
        assertThatThrownBy(() -> start(CATALOG.create(spec)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(why);
    }

    private static void start(ModelDefinition model) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            model.newBlock(manager, new RandomStreams(1));
        }
    }

    /** A model's file, as a run would leave it. */
    private Path base(ModelSpec spec) throws IOException {
        ModelDefinition model = CATALOG.create(spec);
        Path file = directory.resolve("base.safetensors");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                NDArray flat = manager.zeros(new Shape(model.layout().size()))) {
            model.initialize(flat, new RandomStreams(5));
            Checkpoint.write(file, model.layout(), flat, Map.of());
        }
        return file;
    }

    private static TinyTask task(String model) {
        return TinyTask.all().stream()
                .filter(task -> task.spec().name().equals(model))
                .findFirst()
                .orElseThrow();
    }

    private static ModelSpec with(TinyTask task, @Nullable Path base, String... options) {
        Map<String, String> all = new HashMap<>(task.spec().options());
        if (base != null) {
            all.put("base", base.toString());
        }
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        return new ModelSpec(task.spec().name(), all);
    }

    /** A model at work. */
    private static final class Bench implements AutoCloseable {
        private final ModelDefinition model;
        private final NDManager manager = NDManager.newBaseManager(Device.cpu());
        private final LocalTrainer trainer;
        private final DeviceDataset data;
        private final NDArray flat;
        private final double rate;

        Bench(TinyTask task, ModelSpec spec) {
            model = CATALOG.create(spec);
            data = DeviceDataset.of(task.data(), Device.cpu());
            trainer = new LocalTrainer(model.newBlock(manager), model.loss(), Device.cpu());
            flat = manager.zeros(new Shape(model.layout().size()));
            model.initialize(flat, new RandomStreams(1));
            rate = task.learningRate();
        }

        List<String> names() {
            return model.layout().tensors().stream().map(TensorSpec::name).toList();
        }

        void read(Path file) throws IOException {
            try (Checkpoint checkpoint = Checkpoint.open(file)) {
                checkpoint.read(model.layout(), flat);
            }
        }

        double loss() {
            return trainer.evaluate(flat, data, 50).meanLoss();
        }

        void train() {
            OptimizerPlan optimizer = OptimizerPlan.sgd(rate).withMomentum(0.9);
            TrainingPlan plan =
                    new TrainingPlan(10, 24, optimizer, LearningRateSchedule.constant(), 1);
            trainer.train(flat, data, plan, 1, new RandomStreams(1), "a", ProgressListener.NONE);
        }

        Map<String, float[]> complete() {
            Map<String, float[]> tensors = new HashMap<>();
            try (NDArray whole = manager.zeros(new Shape(model.complete().layout().size()))) {
                model.complete(flat, whole);
                for (TensorSpec tensor : model.complete().layout().tensors()) {
                    try (NDArray view = FlatParameters.view(whole, tensor)) {
                        tensors.put(tensor.name(), view.toFloatArray());
                    }
                }
            }
            return tensors;
        }

        @Override
        public void close() {
            data.close();
            trainer.close();
            manager.close();
        }
    }
}
