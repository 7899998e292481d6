package dev.tributary.training;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.tributary.parameters.ParameterLayout;

/** A model that can be built any number of times, everywhere alike. Thread-safe. */
public interface ModelSource {

    /** Where each parameter lies in the flat vector. */
    ParameterLayout layout();

    /** The loss that training minimizes, as a batch mean; thread-safe. */
    Loss loss();

    /**
     * A new Block, ready for a {@link LocalTrainer}, whose own weights do not matter.
     *
     * @param manager owns its arrays and names the device
     */
    Block newBlock(NDManager manager);
}
