package dev.tributary.models.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.testkit.TinyTask;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

class DjlFactoryTest {
    private static final ModelCatalog CATALOG = ModelCatalog.load();
    private static final TinyTask PICTURES =
            TinyTask.all().stream()
                    .filter(task -> task.kind() == TinyTask.Kind.PICTURE && task.classes() == 4)
                    .findFirst()
                    .orElseThrow();

    @TempDir private Path directory;

    @Test
    void blockOfTheModelZooLearns() {
        assertThat(lossRatio(CATALOG.create(mlp()))).isLessThan(0.9);
    }

    @Test
    void modelThatDjlHasSavedStartsFromItsValues() throws IOException {
        NativeStack.engine();
        float[] saved;
        try (GradientScope off = GradientScope.off();
                Model model = Model.newInstance("digits", Device.cpu(), "PyTorch")) {
            Block block = new Mlp(64, 4, new int[] {16});
            model.setBlock(block);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 64));
            model.save(directory, "digits");
            try (NDArray flat = packed(block, model.getNDManager())) {
                saved = flat.toFloatArray();
            }
        }
        Path file = directory.resolve("digits-0000.params");
        ModelDefinition model = CATALOG.create(mlp("parameters", file.toString()));
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                NDArray flat = packed(model.newBlock(manager, new RandomStreams(3)), manager)) {
            assertThat(flat.toFloatArray()).isEqualTo(saved);
        }
        assertThat(lossRatio(model)).isLessThan(0.9);
    }

    @Test
    void whatDoesNotFitIsTold() throws IOException {
        refused(mlp("block-factory", "no.such.Factory"), "class no.such.Factory: expected");
        refused(mlp("block-factory", "java.lang.String"), "ai.djl.nn.BlockFactory");
        refused(mlp("arguments", "hidden"), "name=value");
        refused(mlp("arguments", "width=8;height=8;output=5;hidden=16"), "found 1 arrays");
        refused(mlp("parameters", directory.resolve("none-0000.params").toString()), "found");
        Path text = Files.writeString(directory.resolve("text-0000.params"), "no parameters");
        refused(mlp("parameters", text.toString()), "as DJL saves them");
        Path other = Files.writeString(directory.resolve("other.params"), "no parameters");
        refused(mlp("parameters", other.toString()), "<name>-<epoch>.params");
    }

    private static void refused(ModelSpec spec, String why) {
        assertThatThrownBy(() -> CATALOG.create(spec))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(why);
    }

    private static ModelSpec mlp(String... options) {
        Map<String, String> all = new HashMap<>();
        all.put("block-factory", "ai.djl.basicmodelzoo.basic.MlpBlockFactory");
        all.put("arguments", "width=8;height=8;output=4;hidden=16");
        all.put("input", "8,8");
        all.put("classes", "4");
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        return new ModelSpec("djl", all);
    }

    private static NDArray packed(Block block, NDManager manager) {
        FlatParameters parameters = FlatParameters.of(block);
        NDArray flat = manager.zeros(new Shape(parameters.layout().size()));
        parameters.pack(flat);
        return flat;
    }

    private static double lossRatio(ModelDefinition model) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                LocalTrainer trainer =
                        new LocalTrainer(model.newBlock(manager), model.loss(), Device.cpu());
                DeviceDataset data = DeviceDataset.of(PICTURES.data(), Device.cpu());
                NDArray flat = manager.zeros(new Shape(model.layout().size()))) {
            model.initialize(flat, new RandomStreams(1));
            double before = trainer.evaluate(flat, data, 50).meanLoss();
            trainer.train(
                    flat,
                    data,
                    TrainingPlan.sgd(5, 24, 0.1),
                    1,
                    new RandomStreams(1),
                    "a",
                    ProgressListener.NONE);
            return trainer.evaluate(flat, data, 50).meanLoss() / before;
        }
    }
}
