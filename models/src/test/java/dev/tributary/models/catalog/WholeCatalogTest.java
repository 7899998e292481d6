package dev.tributary.models.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.tributary.device.NativeStack;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.testkit.TinyTask;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.LocalResult;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class WholeCatalogTest {
    private static final ModelCatalog CATALOG = ModelCatalog.load();
    private static final int STEPS = 20;

    @TempDir private Path directory;

    static List<TinyTask> tasks() {
        return TinyTask.all();
    }

    @Test
    void everyModelOfOursHasATask() {
        assertThat(tasks().stream().map(task -> task.spec().name()).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(
                        architectures()
                                .map(ModelFactory::name)
                                .filter(name -> !name.equals("tiny-rnn"))
                                .toList());
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void twentyLocalStepsLowerTheLossAndMoveEveryTensor(TinyTask task) {
        ModelDefinition model = CATALOG.create(task.spec());
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                LocalTrainer trainer =
                        new LocalTrainer(model.newBlock(manager), model.loss(), Device.cpu());
                DeviceDataset data = DeviceDataset.of(task.data(), Device.cpu());
                NDArray flat = manager.zeros(new Shape(model.layout().size()))) {
            model.initialize(flat, new RandomStreams(1));
            float[] initial = flat.toFloatArray();
            EvaluationResult before = trainer.evaluate(flat, data, 50);
            LocalResult result =
                    trainer.train(
                            flat,
                            data,
                            plan(task),
                            1,
                            new RandomStreams(1),
                            "a",
                            ProgressListener.NONE);
            EvaluationResult after = trainer.evaluate(flat, data, 50);

            assertThat(result.steps()).isEqualTo(STEPS);
            assertThat(after.meanLoss()).isLessThan(0.9 * before.meanLoss());
            assertThat(unmoved(model.layout(), initial, flat.toFloatArray())).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void parametersSurviveBlockAndFileBitByBit(TinyTask task) throws IOException {
        ModelDefinition model = CATALOG.create(task.spec());
        Path file = directory.resolve("model.safetensors");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                NDArray written = manager.zeros(new Shape(model.layout().size()));
                NDArray read = manager.zeros(new Shape(model.layout().size()))) {
            Block sender = model.newBlock(manager, new RandomStreams(7));
            FlatParameters.of(sender).pack(written);
            Checkpoint.write(file, model.layout(), written, Map.of());

            Block receiver = model.newBlock(manager);
            try (Checkpoint checkpoint = Checkpoint.open(file)) {
                checkpoint.read(model.layout(), read);
            }
            FlatParameters.of(receiver).unpack(read);
            read.muli(0);
            FlatParameters.of(receiver).pack(read);

            assertThat(FlatParameters.of(receiver).layout()).isEqualTo(model.layout());
            assertThat(read.toByteArray()).isEqualTo(written.toByteArray());
            assertThat(written.abs().sum().getFloat()).isPositive();
        }
    }

    @Test
    void everyModelCanSayHowLargeItIs() {
        NativeStack.engine();
        architectures()
                .forEach(
                        factory ->
                                assertThat(
                                                CATALOG.create(factory, factory.typicalTask())
                                                        .parameterCount())
                                        .as("%s for %s", factory.name(), factory.typicalTask())
                                        .isPositive());
    }

    /** All but those that are read from a file. */
    private static Stream<ModelFactory> architectures() {
        return CATALOG.factories().stream().filter(factory -> factory.requiredOptions().isEmpty());
    }

    /** 96 examples in batches of 24: four steps an epoch. */
    private static TrainingPlan plan(TinyTask task) {
        return new TrainingPlan(
                5,
                24,
                OptimizerPlan.sgd(task.learningRate()).withMomentum(0.9),
                LearningRateSchedule.constant(),
                1);
    }

    private static List<String> unmoved(ParameterLayout layout, float[] before, float[] after) {
        return layout.tensors().stream()
                .filter(
                        tensor ->
                                Arrays.equals(
                                        before,
                                        (int) tensor.offset(),
                                        (int) tensor.end(),
                                        after,
                                        (int) tensor.offset(),
                                        (int) tensor.end()))
                .map(TensorSpec::name)
                .toList();
    }
}
