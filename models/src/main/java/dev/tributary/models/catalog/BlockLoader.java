package dev.tributary.models.catalog;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;

/** Makes a Block whose parameters have their values, always the same. Thread-safe. */
@FunctionalInterface
public interface BlockLoader {

    /**
     * A new Block.
     *
     * @param manager owns it, with its arrays, and names the device
     * @throws ModelException if it cannot be loaded, telling why
     */
    Block load(NDManager manager);
}
