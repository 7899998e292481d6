package dev.tributary.server;

import dev.tributary.data.DatasetSource;
import dev.tributary.device.DeviceSelector.Selection;
import dev.tributary.evaluation.EvaluationResult;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Measures a saved model, without a run. */
public final class CheckpointEvaluation {
    private CheckpointEvaluation() {}

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
     * @param classNames what the classes are called, in order; copied
     */
    public record Measured(Result result, EvaluationResult details, List<String> classNames) {
        /** Copies the names. */
        public Measured {
            classNames = List.copyOf(classNames);
        }
    }

    /**
     * Measures.
     *
     * @param source the model
     * @param dataset the data set's name
     * @param data the data set, whose test part is used
     * @throws IOException if the model's file cannot be read
     * @throws RuntimeException naming what is unknown, missing or does not fit
     */
    public static Measured evaluate(
            SavedModel.Source source, String dataset, DatasetSource data, Selection device)
            throws IOException {
        try (SavedModel model = SavedModel.open(source, data, device.device())) {
            EvaluationResult result = model.evaluate(data.test());
            Result shown =
                    new Result(
                            model.spec().name(),
                            dataset,
                            result.exampleCount(),
                            result.meanLoss(),
                            model.definition().classCount() > 0 ? result.accuracy() : null,
                            result.measures(),
                            device.name());
            return new Measured(shown, result, model.classNames(data));
        }
    }
}
