package dev.tributary.models.catalog;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.TensorSpec;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Block of which only a part has parameters to the outside.
 *
 * <p>The Block inside computes as ever. It asks for all of its parameters, and gets its own arrays
 * for those that are frozen, with the adapters' changes where there are adapters: so it works for
 * any Block, however its layers are wired. As thread-safe as the Block inside.
 */
final class FineTunedBlock extends AbstractBlock {
    private final Block model;
    private final Map<String, Parameter> exchanged = new LinkedHashMap<>();
    private final IdentityHashMap<Parameter, Adapter> adapters = new IdentityHashMap<>();
    private final Set<Parameter> frozen = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * @param model initialized; holds the frozen values
     * @param parameters its parameters
     * @param names of those that are frozen
     * @param rank of adapters; 0 for none
     * @param manager owns the adapters' arrays
     */
    FineTunedBlock(
            Block model,
            FlatParameters parameters,
            Set<String> names,
            int rank,
            NDManager manager) {
        this.model = addChildBlock("model", model);
        Set<Parameter> linear = Collections.newSetFromMap(new IdentityHashMap<>());
        collectLinear(model, linear);
        List<TensorSpec> tensors = parameters.layout().tensors();
        for (int i = 0; i < tensors.size(); i++) {
            TensorSpec tensor = tensors.get(i);
            Parameter parameter = parameters.parameters().get(i);
            if (!names.contains(tensor.name())) {
                exchanged.put(tensor.name(), parameter);
                continue;
            }
            frozen.add(parameter);
            if (rank > 0 && linear.contains(parameter)) {
                adapt(tensor, parameter, Adapter.of(tensor, rank, manager));
            }
        }
        if (rank > 0 && adapters.isEmpty()) {
            throw new ModelException(
                    "%s: expected a frozen weight of a linear layer, for adapters to go onto, found %s"
                            .formatted(FineTuning.RANK, names));
        }
    }

    @Override
    public ParameterList getParameters() {
        return new ParameterList(exchanged);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        return model.getOutputShapes(inputs);
    }

    /** Nothing to do: the Block inside came initialized. */
    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {}

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        Store whole = new Store(store, inputs.head().getManager());
        return model.forward(whole, inputs, training, params);
    }

    private void adapt(TensorSpec tensor, Parameter parameter, Adapter adapter) {
        adapters.put(parameter, adapter);
        exchanged.put(Adapter.down(tensor.name()), adapter.down());
        exchanged.put(Adapter.up(tensor.name()), adapter.up());
    }

    private static void collectLinear(Block block, Set<Parameter> weights) {
        if (block instanceof Linear) {
            weights.add(block.getDirectParameters().get("weight"));
        }
        block.getChildren().values().forEach(child -> collectLinear(child, weights));
    }

    /** Adds to what the outside provides what is frozen. */
    private final class Store extends ParameterStore {
        private final ParameterStore outside;
        private final NDManager scope;

        Store(ParameterStore outside, NDManager scope) {
            super(scope, false);
            this.outside = outside;
            this.scope = scope;
        }

        @Override
        public @Nullable NDArray getValue(
                @Nullable Parameter parameter, Device device, boolean training) {
            if (parameter == null || !frozen.contains(parameter)) {
                return outside.getValue(parameter, device, training);
            }
            // What layers make of it belongs to the batch, and not to the Block.
            NDArray value = parameter.getArray().stopGradient();
            value.attach(scope);
            Adapter adapter = adapters.get(parameter);
            if (adapter == null) {
                return value;
            }
            NDArray down = outside.getValue(adapter.down(), device, training);
            NDArray up = outside.getValue(adapter.up(), device, training);
            return Adapter.apply(value, down, up);
        }
    }
}
