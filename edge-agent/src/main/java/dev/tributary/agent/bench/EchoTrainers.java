package dev.tributary.agent.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.agent.Client;
import dev.tributary.agent.ModelTrainer;
import dev.tributary.agent.ModelTrainers;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDirectory;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;

import java.util.List;

/** Leaves every model as it came: what is left of a round is its overhead. Thread-safe. */
public final class EchoTrainers implements ModelTrainers {
    private final ModelCatalog catalog;

    /** For the models of a catalog. */
    public EchoTrainers(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public ModelTrainer open(ModelSpec model, Device device) {
        return new EchoTrainer(catalog.create(model, ModelDirectory.none()).layout());
    }

    private record EchoTrainer(ParameterLayout layout) implements ModelTrainer {
        @Override
        public LocalResult train(
                NDArray flat,
                GradientCorrection correction,
                Client client,
                RoundTask task,
                ProgressListener listener) {
            return new LocalResult(client.data().exampleCount(), 0, List.of(), 0);
        }

        @Override
        public EvaluationResult evaluate(NDArray flat, DeviceDataset examples) {
            return new EvaluationResult(examples.exampleCount(), 0, 0);
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
