package dev.tributary.models.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.testkit.TinyTask;
import dev.tributary.testkit.TorchScripts;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LocalResult;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class TorchScriptTest {
    private static final ModelCatalog CATALOG = ModelCatalog.load();
    private static final TinyTask TASK =
            TinyTask.all().stream()
                    .filter(task -> task.spec().name().equals("tabular-mlp") && task.classes() == 2)
                    .findFirst()
                    .orElseThrow();

    @TempDir private Path directory;

    @Test
    void layoutIsTheModulesOwn() throws IOException {
        ModelDefinition model = CATALOG.create(spec(TorchScripts.dropout(directory)));

        assertThat(model.layout().tensors().stream().map(TensorSpec::name))
                .containsExactly("hidden.weight", "hidden.bias", "output.weight", "output.bias");
        assertThat(model.parameterCount()).isEqualTo(5 * 16 + 16 + 16 * 2 + 2);
    }

    @Test
    void trainingBeginsWithTheWeightsInTheFileAndLowersTheLoss() throws IOException {
        try (Bench bench = new Bench(TorchScripts.dropout(directory))) {
            float[] initial = bench.flat.toFloatArray();
            double before = bench.evaluate().meanLoss();
            bench.train(TrainingPlan.sgd(20, 8, 0.1), 1);
            EvaluationResult after = bench.evaluate();

            // As PyTorch drew them with seed 1: uniform within 1 / sqrt(5).
            assertThat(initial[0]).isCloseTo(0.2304f, within(1e-4f));
            assertThat(before).isBetween(0.5, 1.5);
            assertThat(after.meanLoss()).isLessThan(0.7 * before);
            assertThat(bench.flat.toFloatArray()).isNotEqualTo(initial);
        }
    }

    @Test
    void dropoutIsOnInTrainingAndOffInEvaluation() throws IOException {
        // Weights that hardly move: what the losses of two epochs differ in is the masks.
        TrainingPlan still = TrainingPlan.sgd(2, TrainingPlan.WHOLE_DATASET, 1e-12);
        try (Bench bench = new Bench(TorchScripts.dropout(directory))) {
            List<Double> fresh = bench.train(still, 1).epochLosses();
            double first = bench.evaluate().meanLoss();
            List<Double> later = bench.train(still, 2).epochLosses();
            double second = bench.evaluate().meanLoss();

            assertThat(Math.abs(fresh.get(0) - fresh.get(1))).isGreaterThan(1e-3);
            assertThat(Math.abs(later.get(0) - later.get(1))).isGreaterThan(1e-3);
            assertThat(second).isCloseTo(first, within(1e-9));
        }
    }

    @Test
    void sameSeedGivesTheSameVectorWhateverTheModuleDidBefore() throws IOException {
        TrainingPlan plan = TrainingPlan.sgd(3, 8, 0.1);
        Path file = TorchScripts.dropout(directory);
        try (Bench used = new Bench(file);
                Bench fresh = new Bench(file)) {
            for (int round = 5; round < 8; round++) {
                used.train(plan, round);
                used.evaluate();
            }
            used.reset();
            used.train(plan, 1);
            fresh.train(plan, 1);

            assertThat(used.flat.toByteArray()).isEqualTo(fresh.flat.toByteArray());
        }
    }

    @Test
    void roundsLeaveNoArraysBehind() throws IOException {
        TrainingPlan plan = TrainingPlan.sgd(1, 8, 0.1).withProximalMu(0.1);
        try (Bench bench = new Bench(TorchScripts.dropout(directory))) {
            bench.train(plan, 1);
            int before = bench.alive();
            for (int round = 2; round < 6; round++) {
                bench.train(plan, round);
                bench.evaluate();
            }
            assertThat(bench.alive()).isEqualTo(before);
        }
    }

    @Test
    void buffersAreRefusedByName() throws IOException {
        Path file = TorchScripts.batchNorm(directory);
        assertThatThrownBy(() -> CATALOG.create(spec(file)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("found buffers running_mean, running_var");
    }

    @Test
    void anotherFileThanTheServersIsTold() throws IOException {
        Path file = TorchScripts.dropout(directory);
        ModelSpec complete = CATALOG.complete(spec(file), new long[] {5}, 2);
        assertThat(complete.options().get("file-sha256")).hasSize(64);
        CATALOG.create(complete);

        Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
        assertThatThrownBy(() -> CATALOG.create(complete))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("file-sha256")
                .hasMessageContaining(file.toString());
    }

    @Test
    void whatIsNoModuleIsTold() throws IOException {
        Path text = Files.writeString(directory.resolve("notes.pt"), "no module");
        Path missing = directory.resolve("missing.pt");
        byte[] whole = Files.readAllBytes(TorchScripts.dropout(directory));
        Path half = directory.resolve("half.pt");
        Files.write(half, Arrays.copyOf(whole, whole.length / 2));

        for (Path wrong : List.of(text, missing, half)) {
            assertThatThrownBy(() -> CATALOG.create(spec(wrong)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(wrong.toString());
        }
        assertThatThrownBy(() -> CATALOG.create(new ModelSpec("torchscript", options())))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("option file");
    }

    @Test
    void moduleForOtherDataIsTold() throws IOException {
        Path file = TorchScripts.dropout(directory);
        Map<String, String> options = options();
        options.put("file", file.toString());
        options.put("classes", "3");
        assertThatThrownBy(() -> CATALOG.create(new ModelSpec("torchscript", options)))
                .hasMessageContaining("expected float32 (2, 3) from float32 (2, 5)")
                .hasMessageContaining("(2, 2)");

        options.put("input", "7");
        assertThatThrownBy(() -> CATALOG.create(new ModelSpec("torchscript", options)))
                .hasMessageContaining("expected a model that takes float32 (2, 7)");
    }

    private static ModelSpec spec(Path file) {
        Map<String, String> options = options();
        options.put("file", file.toString());
        return new ModelSpec("torchscript", options);
    }

    private static Map<String, String> options() {
        return new HashMap<>(Map.of("input", "5", "classes", "2"));
    }

    /** A module, data and a vector. */
    private static final class Bench implements AutoCloseable {
        private final ModelDefinition model;
        private final NDManager manager = NDManager.newBaseManager(Device.cpu());
        private final LocalTrainer trainer;
        private final DeviceDataset data = DeviceDataset.of(TASK.data(), Device.cpu());
        private final NDArray flat;

        Bench(Path file) {
            model = CATALOG.create(spec(file));
            trainer = new LocalTrainer(model.newBlock(manager), model.loss(), Device.cpu());
            flat = manager.zeros(new Shape(model.layout().size()));
            reset();
        }

        void reset() {
            model.initialize(flat, new RandomStreams(1));
        }

        LocalResult train(TrainingPlan plan, int round) {
            return trainer.train(
                    flat, data, plan, round, new RandomStreams(1), "a", ProgressListener.NONE);
        }

        EvaluationResult evaluate() {
            return trainer.evaluate(flat, data, 32);
        }

        int alive() {
            return manager.getManagedArrays().size();
        }

        @Override
        public void close() {
            data.close();
            trainer.close();
            manager.close();
        }
    }
}
