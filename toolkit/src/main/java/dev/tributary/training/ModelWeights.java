package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;

import java.util.List;

/** The tensors that a Block computes with while a flat vector is trained or evaluated. */
sealed interface ModelWeights permits ParameterAliases, ModuleWeights {

    /** What the Block's forward pass is given. */
    ParameterStore store();

    /** Forgets the gradients of the step before. */
    void beginStep(NDManager step);

    /** The trainable tensors, which an optimizer changes in place. */
    List<NDArray> weights();

    /**
     * The gradients of the trainable tensors, owned by the step; zeros where the loss did not
     * depend on one.
     */
    List<NDArray> gradients();

    /** Brings what training has made of the tensors back into the vector. */
    void finish();
}
