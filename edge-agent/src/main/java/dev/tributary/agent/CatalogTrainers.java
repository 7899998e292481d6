package dev.tributary.agent;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelDirectory;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.ProgressListener;

/** Real training of the catalog's models. Thread-safe. */
public final class CatalogTrainers implements ModelTrainers {
    /** Wide enough that an operation outweighs its call. */
    private static final int EVALUATION_BATCH = 256;

    private final ModelCatalog catalog;
    private final ModelDirectory directory;

    /**
     * Trainers for the models of a catalog.
     *
     * @param directory holds the files that a task's model may name
     */
    public CatalogTrainers(ModelCatalog catalog, ModelDirectory directory) {
        this.catalog = catalog;
        this.directory = directory;
    }

    @Override
    public ModelTrainer open(ModelSpec model, Device device) {
        ModelDefinition definition = catalog.create(model, directory);
        NDManager manager = NDManager.newBaseManager(device);
        try {
            return new LocalModelTrainer(manager, definition);
        } catch (ModelException e) {
            manager.close();
            throw directory.told(e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private static final class LocalModelTrainer implements ModelTrainer {
        private final NDManager manager;
        private final LocalTrainer trainer;

        LocalModelTrainer(NDManager manager, ModelDefinition definition) {
            this.manager = manager;
            this.trainer =
                    new LocalTrainer(
                            definition.newBlock(manager), definition.loss(), manager.getDevice());
        }

        @Override
        public ParameterLayout layout() {
            return trainer.layout();
        }

        @Override
        public LocalResult train(
                NDArray flat,
                GradientCorrection correction,
                Client client,
                RoundTask task,
                ProgressListener listener) {
            return trainer.train(
                    flat,
                    TaskWork.holdout(client, task).training(client.data()),
                    task.plan(),
                    task.round(),
                    new RandomStreams(task.seed()),
                    client.id(),
                    correction,
                    listener);
        }

        @Override
        public EvaluationResult evaluate(NDArray flat, DeviceDataset examples) {
            return trainer.evaluate(flat, examples, EVALUATION_BATCH);
        }

        @Override
        public void close() {
            trainer.close();
            manager.close();
        }
    }
}
