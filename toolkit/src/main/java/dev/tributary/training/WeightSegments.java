package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.tributary.parameters.FlatParameters;

import java.util.List;

/**
 * What the optimizer works on: each tensor by itself, or all trainables as one vector.
 *
 * <p>On a CPU, where memory is the limit, tensors stay apart and nothing is copied. On a GPU, where
 * the number of kernels is, gradients are concatenated once and each operation is one kernel.
 */
final class WeightSegments {
    private final ParameterAliases aliases;
    private final List<NDArray> weights;
    private final boolean joined;

    private WeightSegments(ParameterAliases aliases, List<NDArray> weights, boolean joined) {
        this.aliases = aliases;
        this.weights = weights;
        this.joined = joined;
    }

    /** Each tensor by itself. */
    static WeightSegments separate(ParameterAliases aliases) {
        return new WeightSegments(aliases, aliases.weights(), false);
    }

    /**
     * All trainables as one vector.
     *
     * @param scope owns the view
     * @param trainables how many elements at the start of the vector are trainable
     */
    static WeightSegments joined(
            ParameterAliases aliases, NDManager scope, NDArray flat, long trainables) {
        NDArray view = FlatParameters.slice(flat, 0, trainables);
        view.attach(scope);
        return new WeightSegments(aliases, List.of(view), true);
    }

    ParameterAliases aliases() {
        return aliases;
    }

    List<NDArray> weights() {
        return weights;
    }

    /** The gradients of the last backward pass, segment by segment, owned by the step. */
    List<NDArray> gradients(NDManager step) {
        List<NDArray> gradients = aliases.gradients();
        if (!joined) {
            return gradients;
        }
        NDList flattened = new NDList(gradients.size());
        for (NDArray gradient : gradients) {
            flattened.add(gradient.flatten());
        }
        NDArray whole = NDArrays.concat(flattened);
        whole.attach(step);
        return List.of(whole);
    }
}
