package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;

import java.util.ArrayList;
import java.util.List;

/**
 * What the optimizer works on: each tensor by itself, or all trainables as one vector.
 *
 * <p>On a CPU, where memory is the limit, tensors stay apart and nothing is copied. On a GPU, where
 * the number of kernels is, gradients are concatenated once and each operation is one kernel.
 */
final class WeightSegments {
    private final ModelWeights model;
    private final List<NDArray> weights;
    private final List<Range> ranges;
    private final boolean joined;

    private record Range(long from, long to) {}

    private WeightSegments(
            ModelWeights model, List<NDArray> weights, List<Range> ranges, boolean joined) {
        this.model = model;
        this.weights = weights;
        this.ranges = ranges;
        this.joined = joined;
    }

    /** What suits the device; tensors that are no views of the vector stay apart. */
    static WeightSegments of(
            ModelWeights model, NDManager scope, NDArray flat, ParameterLayout layout) {
        boolean views = model instanceof ParameterAliases;
        return views && scope.getDevice().isGpu()
                ? joined(model, scope, flat, layout.size(ParameterKind.TRAINABLE))
                : separate(model, layout);
    }

    /** Each tensor by itself. */
    static WeightSegments separate(ModelWeights model, ParameterLayout layout) {
        List<Range> ranges =
                layout.tensors().stream()
                        .filter(tensor -> tensor.kind() == ParameterKind.TRAINABLE)
                        .map(tensor -> new Range(tensor.offset(), tensor.end()))
                        .toList();
        return new WeightSegments(model, model.weights(), ranges, false);
    }

    /**
     * All trainables as one vector.
     *
     * @param scope owns the view
     * @param trainables how many elements at the start of the vector are trainable
     */
    static WeightSegments joined(
            ModelWeights model, NDManager scope, NDArray flat, long trainables) {
        NDArray view = FlatParameters.slice(flat, 0, trainables);
        view.attach(scope);
        return new WeightSegments(model, List.of(view), List.of(new Range(0, trainables)), true);
    }

    ModelWeights model() {
        return model;
    }

    List<NDArray> weights() {
        return weights;
    }

    /**
     * Another vector, cut like the weights.
     *
     * @param vector float32, at least as long as the trainables
     * @param scope owns the views, which share the vector's memory
     */
    List<NDArray> cut(NDArray vector, NDManager scope) {
        List<NDArray> views = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            Range range = ranges.get(i);
            try (NDArray slice = FlatParameters.slice(vector, range.from, range.to)) {
                NDArray view = slice.reshape(weights.get(i).getShape());
                view.attach(scope);
                views.add(view);
            }
        }
        return views;
    }

    /** The gradients of the last backward pass, segment by segment, owned by the step. */
    List<NDArray> gradients(NDManager step) {
        List<NDArray> gradients = model.gradients();
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
