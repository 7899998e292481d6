package dev.tributary.models.catalog;

import ai.djl.ndarray.NDArray;

import dev.tributary.random.RandomStreams;

import java.io.IOException;

/** What a model's parameters are before the first round. Thread-safe. */
@FunctionalInterface
interface InitialValues {

    /**
     * Writes them, the same in every process.
     *
     * @param flat float32, as long as the model's layout, on any device; overwritten
     * @param streams the run's random streams
     * @throws IOException if a file that they come from cannot be read
     */
    void write(NDArray flat, RandomStreams streams) throws IOException;
}
