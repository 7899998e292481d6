package dev.tributary.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.LocalDataset;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.Augmentation;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.OptimizerPlan.Rule;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;
import java.util.stream.IntStream;

/**
 * Training on CPU and GPU goes the same way, with TF32 off, as it is by default. Kernels add in
 * different orders: so within {@value #TOLERANCE}, not bit for bit.
 */
@ExtendWith(GpuRequired.class)
class TrainingParityTest {
    private static final double TOLERANCE = 5e-3;
    private static final RandomStreams STREAMS = new RandomStreams(11);
    private static final int EXAMPLES = 205;

    @ParameterizedTest
    @CsvSource({
        "logistic, SGD, 0, 0, 0",
        "mlp, SGD, 0.9, 0, 0",
        "mlp, SGD, 0, 1, 0",
        "mlp, ADAM, 0, 0, 0",
        "mlp, ADAMW, 0, 0, 0",
        "mlp, SGD, 0, 0, 4",
        "cnn, SGD, 0, 0, 0",
        "cnn, SGD, 0, 0, 2"
    })
    void aRoundOfTrainingEndsAtTheSameModel(
            String model, Rule rule, double momentum, double clipNorm, int cropPadding) {
        OptimizerPlan optimizer =
                OptimizerPlan.of(rule, rule == Rule.SGD ? 0.05 : 1e-3).withMomentum(momentum);
        TrainingPlan plan =
                new TrainingPlan(1, 10, optimizer, LearningRateSchedule.constant(), clipNorm)
                        .withProximalMu(0.01)
                        .withAugmentation(new Augmentation(cropPadding, cropPadding > 0));

        Trained cpu = train(Device.cpu(), model, plan);
        Trained gpu = train(GpuRequired.device(), model, plan);

        assertThat(Distance.largest(cpu.parameters, gpu.parameters)).isLessThan(TOLERANCE);
        assertThat(gpu.result.meanLoss()).isCloseTo(cpu.result.meanLoss(), within(TOLERANCE));
        assertThat(gpu.result.accuracy()).isCloseTo(cpu.result.accuracy(), within(0.02));
    }

    private record Trained(float[] parameters, EvaluationResult result) {}

    private static Trained train(Device device, String name, TrainingPlan plan) {
        LocalDataset examples =
                DatasetCatalog.load()
                        .open("digits", null, Map.of("examples", "400"), 11)
                        .train(IntStream.range(0, EXAMPLES).toArray());
        ModelCatalog catalog = ModelCatalog.load();
        ModelSpec spec =
                catalog.complete(
                        new ModelSpec(name, Map.of()),
                        examples.featureShape(),
                        examples.classCount());
        ModelDefinition model = catalog.create(spec);
        try (NDManager manager = NDManager.newBaseManager(device);
                LocalTrainer trainer =
                        new LocalTrainer(model.newBlock(manager), model.loss(), device);
                DeviceDataset data = DeviceDataset.of(examples, device)) {
            NDArray flat = manager.zeros(new Shape(model.layout().size()));
            model.initialize(flat, STREAMS);
            trainer.train(flat, data, plan, 1, STREAMS, "c", ProgressListener.NONE);
            return new Trained(flat.toFloatArray(), trainer.evaluate(flat, data, 64));
        }
    }
}
