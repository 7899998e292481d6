package dev.tributary.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.TensorSpec;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Lets a Block compute with the tensors of a flat vector instead of its own.
 *
 * <p>In each step every trainable tensor is a fresh leaf of the graph that shares the vector's
 * memory. A fresh leaf has no gradient yet: the backward pass hands its result over instead of
 * adding it to an old one, and nothing has to be zeroed. Statistics are views, so that BatchNorm's
 * updates in place reach the vector. The Block's own arrays are neither read nor written.
 *
 * <p>Serves every Block that asks its {@link ParameterStore} for its parameters. One thread.
 */
final class ParameterAliases extends ParameterStore implements ModelWeights {
    private final IdentityHashMap<Parameter, Integer> positions = new IdentityHashMap<>();
    private final List<NDArray> views = new ArrayList<>();
    private final List<@Nullable NDArray> leaves = new ArrayList<>();
    private final int trainables;
    private NDManager step;

    /**
     * @param scope owns the views, and must be closed before the vector
     * @param flat the vector to alias
     */
    ParameterAliases(NDManager scope, FlatParameters parameters, NDArray flat) {
        super(scope, false);
        this.step = scope;
        int count = 0;
        List<TensorSpec> tensors = parameters.layout().tensors();
        for (int i = 0; i < tensors.size(); i++) {
            positions.put(parameters.parameters().get(i), i);
            NDArray view = FlatParameters.view(flat, tensors.get(i));
            view.attach(scope);
            views.add(view);
            leaves.add(null);
            count += tensors.get(i).kind() == ParameterKind.TRAINABLE ? 1 : 0;
        }
        this.trainables = count;
    }

    @Override
    public ParameterStore store() {
        return this;
    }

    @Override
    public void beginStep(NDManager newStep) {
        step = newStep;
        for (int i = 0; i < trainables; i++) {
            leaves.set(i, null);
        }
    }

    /** Views of the vector, owned by the scope. */
    @Override
    public List<NDArray> weights() {
        return views.subList(0, trainables);
    }

    @Override
    public List<NDArray> gradients() {
        List<NDArray> gradients = new ArrayList<>(trainables);
        for (int i = 0; i < trainables; i++) {
            NDArray leaf = leaves.get(i);
            NDArray gradient = leaf == null ? null : leaf.getGradient();
            gradients.add(gradient == null ? step.zeros(views.get(i).getShape()) : gradient);
        }
        return gradients;
    }

    /** Nothing to do: they are the vector. */
    @Override
    public void finish() {}

    @Override
    public @Nullable NDArray getValue(
            @Nullable Parameter parameter, Device device, boolean training) {
        // Blocks ask for optional parameters that they do not have.
        if (parameter == null) {
            return null;
        }
        Integer position = positions.get(parameter);
        if (position == null) {
            throw new TrainingException(
                    "parameter \"%s\": expected one that the Block lists, found another"
                            .formatted(parameter.getName()));
        }
        boolean trains = training && position < trainables;
        return trains ? leaf(position) : views.get(position);
    }

    private NDArray leaf(int position) {
        NDArray leaf = leaves.get(position);
        if (leaf == null) {
            leaf = views.get(position).stopGradient();
            leaf.attach(step);
            leaf.setRequiresGradient(true);
            leaves.set(position, leaf);
        }
        return leaf;
    }
}
