package dev.tributary.models.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.data.LocalDataset;
import dev.tributary.device.NativeStack;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

class ModelFamiliesTest {
    private static final ModelCatalog CATALOG = ModelCatalog.load();

    @Test
    void sizesAreThoseOfTheFedAvgPaper() {
        assertThat(definition("logistic", "1,28,28", "10").parameterCount()).isEqualTo(7_850);
        assertThat(definition("mlp", "1,28,28", "10").parameterCount()).isEqualTo(199_210);
        assertThat(definition("mlp", "784", "10").parameterCount()).isEqualTo(199_210);
        assertThat(definition("cnn", "1,28,28", "10").parameterCount()).isEqualTo(1_663_370);
        assertThat(definition("cnn", "28,28", "10").parameterCount()).isEqualTo(1_663_370);
    }

    @Test
    void hiddenLayersAreAnOption() {
        ModelSpec spec =
                new ModelSpec("mlp", Map.of("input", "4", "classes", "0", "hidden", "5, 6"));
        assertThat(CATALOG.create(spec).parameterCount()).isEqualTo(25 + 36 + 7);
        ModelSpec none =
                new ModelSpec("mlp", Map.of("input", "4", "classes", "3", "hidden", "none"));
        assertThat(CATALOG.create(none).parameterCount()).isEqualTo(15);
    }

    @Test
    void tensorNamesAreStableForTheyAreOnTheWire() {
        assertThat(definition("mlp", "784", "10").layout().tensors())
                .extracting(TensorSpec::name)
                .containsExactly(
                        "02Linear_weight",
                        "02Linear_bias",
                        "04Linear_weight",
                        "04Linear_bias",
                        "06Linear_weight",
                        "06Linear_bias");
        assertThat(definition("cnn", "1,28,28", "10").layout().tensors())
                .extracting(TensorSpec::name)
                .containsExactly(
                        "02Conv2d_weight",
                        "02Conv2d_bias",
                        "05Conv2d_weight",
                        "05Conv2d_bias",
                        "09Linear_weight",
                        "09Linear_bias",
                        "11Linear_weight",
                        "11Linear_bias");
    }

    @Test
    void initialValuesDependOnTheSeedAlone() {
        ModelDefinition model = definition("mlp", "784", "10");
        float[] first = initial(model, 3);
        assertThat(initial(definition("mlp", "1,28,28", "10"), 3)).isEqualTo(first);
        assertThat(initial(model, 4)).isNotEqualTo(first);
        // The same bits in every process and on every platform.
        assertThat(Arrays.hashCode(first)).isEqualTo(-1036796950);
    }

    @Test
    void initialWeightsHaveHesVarianceAndBiasesAreZero() {
        ModelDefinition model = definition("mlp", "784", "10");
        float[] values = initial(model, 3);
        assertThat(variance(values, model.layout().tensors().get(0)))
                .isCloseTo(2 / 784.0, within(0.0001));
        assertThat(variance(values, model.layout().tensors().get(2)))
                .isCloseTo(2 / 200.0, within(0.0005));
        assertThat(variance(values, model.layout().tensors().get(4)))
                .isCloseTo(1 / 200.0, within(0.0008));
        assertThat(variance(values, model.layout().tensors().get(1))).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "logistic, '1,8,8', 0.1",
        "mlp, '1,8,8', 0.1",
        "cnn, '1,8,8', 0.05",
        "tiny-rnn, '8,8', 1"
    })
    void everyFamilyLearnsInTwentySteps(String name, String input, double rate) {
        ModelDefinition model = definition(name, input, "4");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                LocalTrainer trainer =
                        new LocalTrainer(model.newBlock(manager), model.loss(), Device.cpu());
                DeviceDataset data = DeviceDataset.of(bars(model.inputShape()), Device.cpu());
                NDArray flat = manager.zeros(new Shape(model.layout().size()))) {
            model.initialize(flat, new RandomStreams(1));
            EvaluationResult before = trainer.evaluate(flat, data, 64);
            TrainingPlan plan =
                    new TrainingPlan(
                            2,
                            10,
                            OptimizerPlan.sgd(rate).withMomentum(0.5),
                            LearningRateSchedule.constant(),
                            0);
            trainer.train(flat, data, plan, 1, new RandomStreams(1), "a", ProgressListener.NONE);
            EvaluationResult after = trainer.evaluate(flat, data, 64);

            assertThat(after.meanLoss()).isLessThan(0.8 * before.meanLoss());
            assertThat(after.accuracy()).isGreaterThan(before.accuracy());
        }
    }

    @Test
    void imagesMayComeFlatIfTheOptionGivesTheirShape() {
        ModelDefinition model = definition("cnn", "1,8,8", "4");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                LocalTrainer trainer =
                        new LocalTrainer(model.newBlock(manager), model.loss(), Device.cpu());
                DeviceDataset images = DeviceDataset.of(bars(new Shape(1, 8, 8)), Device.cpu());
                DeviceDataset flatImages = DeviceDataset.of(bars(new Shape(64)), Device.cpu());
                NDArray flat = manager.zeros(new Shape(model.layout().size()))) {
            model.initialize(flat, new RandomStreams(1));
            assertThat(trainer.evaluate(flat, flatImages, 50))
                    .isEqualTo(trainer.evaluate(flat, images, 50));
        }
    }

    /** 100 pictures of a bright quarter, with noise; the class is the quarter. */
    private static LocalDataset bars(Shape shape) {
        SplittableRandom random = new SplittableRandom(9);
        float[] features = new float[6400];
        float[] labels = new float[100];
        for (int i = 0; i < 100; i++) {
            labels[i] = random.nextInt(4);
            for (int j = 0; j < 64; j++) {
                double bright = j / 16 == (int) labels[i] ? 1 : 0;
                features[64 * i + j] = (float) (bright + 0.3 * random.nextDouble());
            }
        }
        return new LocalDataset(features, shape.getShape(), labels, 4);
    }

    private static ModelDefinition definition(String name, String input, String classes) {
        return CATALOG.create(new ModelSpec(name, Map.of("input", input, "classes", classes)));
    }

    private static float[] initial(ModelDefinition model, long seed) {
        NativeStack.engine();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                NDArray flat = manager.zeros(new Shape(model.layout().size()))) {
            model.initialize(flat, new RandomStreams(seed));
            return flat.toFloatArray();
        }
    }

    private static double variance(float[] values, TensorSpec tensor) {
        return LongStream.range(tensor.offset(), tensor.end())
                .mapToDouble(i -> values[(int) i] * (double) values[(int) i])
                .average()
                .orElseThrow();
    }
}
