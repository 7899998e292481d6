package dev.tributary.server;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.models.catalog.LossKind;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LocalTrainer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A model's file, read to a device. Belongs to one thread. */
public final class SavedModel implements AutoCloseable {
    /** Large enough to be fast, small enough for the activations of any of the catalog's models. */
    private static final int BATCH = 256;

    private final ModelSpec spec;
    private final ModelDefinition definition;
    private final NDManager manager;
    private final NDArray flat;

    /**
     * Which model a file holds.
     *
     * @param file the model's file
     * @param model the model's name in the catalog; null for what the file says
     * @param options settings of the model, beside those that the file says; copied
     */
    public record Source(Path file, @Nullable String model, Map<String, String> options) {
        /** Copies the options. */
        public Source {
            options = Map.copyOf(options);
        }
    }

    private SavedModel(ModelSpec spec, Checkpoint checkpoint, Device device) throws IOException {
        this.spec = spec;
        this.definition = ModelCatalog.load().create(spec);
        this.manager = NDManager.newBaseManager(device);
        this.flat = manager.zeros(new Shape(definition.layout().size()));
        try {
            checkpoint.read(definition.layout(), flat);
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Reads a model.
     *
     * @param data gives input and classes where neither file nor user say them; null if nobody does
     * @throws IOException if the file cannot be read
     * @throws RuntimeException naming what is unknown, missing or does not fit
     */
    public static SavedModel open(Source source, @Nullable DatasetSource data, Device device)
            throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(source.file)) {
            ModelSpec asked = spec(source, checkpoint.header().metadata());
            ModelSpec spec =
                    data == null
                            ? asked
                            : ModelCatalog.load()
                                    .complete(asked, data.featureShape(), data.classCount());
            return new SavedModel(spec, checkpoint, device);
        }
    }

    /** Which model it is, with all options. */
    public ModelSpec spec() {
        return spec;
    }

    /** How it is built. */
    public ModelDefinition definition() {
        return definition;
    }

    /** Its parameters, float32 {@code [definition().layout().size()]}, owned by this object. */
    public NDArray flat() {
        return flat;
    }

    /**
     * What it tells apart, in the order of its answers: the names of classes or labels as the data
     * has them, their numbers if it has none or others; none for regression.
     */
    public List<String> classNames(DatasetSource data) {
        boolean labels = definition.context().lossKind() == LossKind.MULTI_LABEL;
        int count = labels ? definition.context().outputs() : definition.classCount();
        List<String> names = data.classNames();
        return names.size() == count
                ? names
                : IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    /** Measures it on labelled examples. */
    public EvaluationResult evaluate(LocalDataset data) {
        try (LocalTrainer trainer = trainer();
                DeviceDataset examples = DeviceDataset.of(data, manager.getDevice())) {
            return trainer.evaluate(flat, examples, BATCH);
        }
    }

    /** What it says of each example: the outputs, as {@link ModelDefinition#answer} takes them. */
    public float[][] outputs(LocalDataset data) {
        try (LocalTrainer trainer = trainer();
                DeviceDataset examples = DeviceDataset.of(data, manager.getDevice())) {
            return trainer.outputs(flat, examples, BATCH);
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    private LocalTrainer trainer() {
        return new LocalTrainer(
                definition.newBlock(manager), definition.loss(), manager.getDevice());
    }

    /** The file's own words, unless the user says otherwise. */
    private static ModelSpec spec(Source source, Map<String, String> metadata) {
        String stated = metadata.get(ModelMetadata.MODEL);
        String name = source.model != null ? source.model : stated;
        if (name == null) {
            throw new IllegalArgumentException(
                    source.file + " does not say which model it is; use --model");
        }
        Map<String, String> options = new HashMap<>();
        if (name.equals(stated)) {
            options.putAll(ModelMetadata.options(metadata));
        }
        options.putAll(source.options);
        return new ModelSpec(name, options);
    }
}
