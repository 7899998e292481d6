package dev.tributary.server;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.device.DeviceSelector;
import dev.tributary.device.DeviceSelector.Selection;
import dev.tributary.device.GradientScope;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.training.EvaluationResult;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Measures a saved model, without a run. */
public final class CheckpointEvaluation {
    private CheckpointEvaluation() {}

    /**
     * What to measure.
     *
     * @param checkpoint the model's file
     * @param model the model's name in the catalog; null for what the file says
     * @param modelOptions settings of the model, beside those that the file says; copied
     * @param dataset the data set's name in the catalog
     * @param dataDirectory where its files are; null if it needs none
     * @param dataOptions its settings; copied
     * @param seed of generated data
     * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     */
    public record Request(
            Path checkpoint,
            @Nullable String model,
            Map<String, String> modelOptions,
            String dataset,
            @Nullable Path dataDirectory,
            Map<String, String> dataOptions,
            long seed,
            String device) {
        /** Copies the maps. */
        public Request {
            modelOptions = Map.copyOf(modelOptions);
            dataOptions = Map.copyOf(dataOptions);
        }
    }

    /**
     * What came out.
     *
     * @param model the model's name
     * @param dataset the data set's name
     * @param examples examples of its test part
     * @param loss mean loss
     * @param accuracy in [0, 1]; null for regression
     * @param measures what else is known, such as {@code auc} and {@code f1}
     * @param device where it was computed
     */
    public record Result(
            String model,
            String dataset,
            long examples,
            double loss,
            @Nullable Double accuracy,
            Map<String, Double> measures,
            String device) {}

    /**
     * What came out, and what it was computed from.
     *
     * @param result in short
     * @param details confusion matrix and histograms among them
     */
    public record Measured(Result result, EvaluationResult details) {}

    /**
     * Measures.
     *
     * @throws IOException if the file cannot be read
     * @throws RuntimeException naming what is unknown, missing or does not fit
     */
    public static Measured evaluate(Request request) throws IOException {
        Selection device = DeviceSelector.select(request.device);
        DatasetSource data =
                DatasetCatalog.load()
                        .open(
                                request.dataset,
                                request.dataDirectory,
                                request.dataOptions,
                                request.seed);
        try (Checkpoint checkpoint = Checkpoint.open(request.checkpoint)) {
            ModelSpec asked = spec(request, checkpoint.header().metadata());
            ModelCatalog catalog = ModelCatalog.load();
            ModelSpec spec = catalog.complete(asked, data.featureShape(), data.classCount());
            ModelDefinition definition = catalog.create(spec);
            EvaluationResult result = evaluate(checkpoint, definition, data, device);
            Result shown =
                    new Result(
                            spec.name(),
                            request.dataset,
                            result.exampleCount(),
                            result.meanLoss(),
                            definition.classCount() > 0 ? result.accuracy() : null,
                            result.measures(),
                            device.name());
            return new Measured(shown, result);
        }
    }

    private static EvaluationResult evaluate(
            Checkpoint checkpoint, ModelDefinition definition, DatasetSource data, Selection device)
            throws IOException {
        try (GradientScope off = GradientScope.off();
                NDManager manager = NDManager.newBaseManager(device.device());
                NDArray flat = manager.zeros(new Shape(definition.layout().size()));
                TestSetEvaluator evaluator =
                        new TestSetEvaluator(definition, data.test(), device.device())) {
            checkpoint.read(definition.layout(), flat);
            return evaluator.evaluate(flat);
        }
    }

    /** The file's own words, unless the user says otherwise. */
    private static ModelSpec spec(Request request, Map<String, String> metadata) {
        String stated = metadata.get(ModelMetadata.MODEL);
        String name = request.model != null ? request.model : stated;
        if (name == null) {
            throw new IllegalArgumentException(
                    request.checkpoint + " does not say which model it is; use --model");
        }
        Map<String, String> options = new HashMap<>();
        if (name.equals(stated)) {
            options.putAll(ModelMetadata.options(metadata));
        }
        options.putAll(request.modelOptions);
        return new ModelSpec(name, options);
    }
}
