package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.TensorSpec;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets a TorchScript module compute with a copy of a flat vector, for it asks nobody for its
 * parameters but has its own.
 *
 * <p>The vector is copied into the module at the beginning, and back when training has finished. A
 * module is loaded in evaluation mode while DJL believes it to train, and DJL switches only what it
 * believes to be in another mode: so the mode is set here, each time, and dropout is on in
 * training. One thread.
 */
final class ModuleWeights implements ModelWeights {
    private final FlatParameters parameters;
    private final NDArray flat;
    private final ParameterStore store;
    private final List<NDArray> weights = new ArrayList<>();
    private NDManager step;

    /**
     * @param scope owns what is made here; the module keeps its own tensors and their gradients
     * @param flat copied into the module
     * @param training whether dropout is to be on
     */
    ModuleWeights(
            NDManager scope,
            PtSymbolBlock module,
            FlatParameters parameters,
            NDArray flat,
            boolean training) {
        this.parameters = parameters;
        this.flat = flat;
        this.store = new ParameterStore(scope, false);
        this.step = scope;
        List<TensorSpec> tensors = parameters.layout().tensors();
        for (int i = 0; i < tensors.size(); i++) {
            if (tensors.get(i).kind() == ParameterKind.TRAINABLE) {
                weights.add(parameters.parameters().get(i).getArray());
            }
        }
        parameters.unpack(flat);
        if (training) {
            JniUtils.enableTrainingMode(module);
        } else {
            JniUtils.enableInferenceMode(module);
        }
    }

    @Override
    public ParameterStore store() {
        return store;
    }

    @Override
    public void beginStep(NDManager newStep) {
        step = newStep;
        // The engine adds to a gradient that is there.
        weights.forEach(weight -> JniUtils.zeroGrad((PtNDArray) weight));
    }

    @Override
    public List<NDArray> weights() {
        return weights;
    }

    @Override
    public List<NDArray> gradients() {
        List<NDArray> gradients = new ArrayList<>(weights.size());
        for (NDArray weight : weights) {
            NDArray gradient = weight.getGradient();
            if (gradient == null) {
                gradient = weight.zerosLike();
            }
            gradient.attach(step);
            gradients.add(gradient);
        }
        return gradients;
    }

    @Override
    public void finish() {
        parameters.pack(flat);
    }
}
