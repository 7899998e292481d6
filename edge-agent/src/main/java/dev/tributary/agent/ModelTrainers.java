package dev.tributary.agent;

import ai.djl.Device;

import dev.tributary.protocol.ModelSpec;

/** Opens a trainer for the model that a task names. Thread-safe. */
@FunctionalInterface
public interface ModelTrainers {

    /**
     * Builds the model.
     *
     * @param model as in a task, with all that is needed to build it
     * @throws RuntimeException if there is no such model here
     */
    ModelTrainer open(ModelSpec model, Device device);
}
