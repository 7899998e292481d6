package dev.tributary.server;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.data.LocalDataset;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.server.aggregation.CentralEvaluator;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LocalTrainer;

/** Evaluates a model on a data set that it keeps on the device. Belongs to one thread. */
final class TestSetEvaluator implements CentralEvaluator {
    /** Large enough to be fast, small enough for the activations of any of the catalog's models. */
    private static final int BATCH = 256;

    private final NDManager manager;
    private final DeviceDataset data;
    private final LocalTrainer trainer;

    TestSetEvaluator(ModelDefinition definition, LocalDataset test, Device device) {
        manager = NDManager.newBaseManager(device);
        data = DeviceDataset.of(test, device);
        trainer = new LocalTrainer(definition.newBlock(manager), definition.loss(), device);
    }

    @Override
    public EvaluationResult evaluate(NDArray flat) {
        return trainer.evaluate(flat, data, BATCH);
    }

    @Override
    public void close() {
        trainer.close();
        data.close();
        manager.close();
    }
}
