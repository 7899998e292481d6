package dev.tributary.models.tabular;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import dev.tributary.device.Scalars;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * TabNet's encoder (Arik and Pfister, 2021): in several steps, each of which looks at a few
 * features that it chooses by what the step before has seen.
 *
 * <p>In: float32 {@code [batch, features]}; out: float32 {@code [batch, width]}, the sum of what
 * the steps have decided.
 */
final class TabNet extends AbstractBlock {

    /**
     * The size of it.
     *
     * @param width of what a step decides, and of what it says to the next
     * @param steps how many
     * @param relaxation how often a feature may be looked at; 1 is once
     * @param sharedLayers of the feature transformers, common to all steps
     * @param ownLayers of the feature transformers, for each step
     */
    record Size(int width, int steps, float relaxation, int sharedLayers, int ownLayers) {
        int units() {
            return 2 * width;
        }
    }

    private final Size size;
    private final Block inputNorm;
    private final List<Block> shared;
    private final Block first;
    private final List<Block> attentions = new ArrayList<>();
    private final List<Block> transformers = new ArrayList<>();

    TabNet(long features, Size size, UnitNormalization normalization) {
        this.size = size;
        // Normalized by itself, a row would lose how large its numbers are altogether.
        this.inputNorm =
                addChildBlock(
                        "inputNorm",
                        normalization == UnitNormalization.BATCH
                                ? normalization.layer()
                                : Blocks.identityBlock());
        this.shared =
                Stream.generate(() -> FeatureTransformer.linear(size.units()))
                        .limit(size.sharedLayers())
                        .toList();
        shared.forEach(layer -> addChildBlock("shared", layer));
        this.first = addChildBlock("first", transformer(normalization));
        for (int i = 0; i < size.steps(); i++) {
            attentions.add(
                    addChildBlock("attention", new AttentiveTransformer(features, normalization)));
            transformers.add(addChildBlock("transformer", transformer(normalization)));
        }
    }

    private Block transformer(UnitNormalization normalization) {
        return new FeatureTransformer(size.units(), shared, size.ownLayers(), normalization);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray features =
                UnitNormalization.apply(
                        inputNorm, inputs.singletonOrThrow(), parameterStore, training);
        NDArray said = said(first.forward(parameterStore, new NDList(features), training));
        NDArray left = features.onesLike();
        NDArray relaxation = Scalars.of(features.getManager(), size.relaxation());
        NDArray decided = null;
        for (int i = 0; i < size.steps(); i++) {
            NDList choice = new NDList(said, left);
            NDArray mask = attentions.get(i).forward(parameterStore, choice, training).head();
            left = left.mul(mask.neg().add(relaxation));
            NDList seen = new NDList(features.mul(mask));
            NDList units = transformers.get(i).forward(parameterStore, seen, training);
            NDArray decision = Activation.relu(part(units, 0));
            decided = decided == null ? decision : decided.add(decision);
            said = said(units);
        }
        return new NDList(decided);
    }

    private NDArray said(NDList units) {
        return part(units, 1);
    }

    private static NDArray part(NDList units, int index) {
        return units.head().split(2, 1).get(index);
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        Shape features = inputShapes[0];
        Shape units = new Shape(features.get(0), size.units());
        Shape said = new Shape(features.get(0), size.width());
        inputNorm.initialize(manager, dataType, features);
        for (int i = 0; i < shared.size(); i++) {
            shared.get(i).initialize(manager, dataType, i == 0 ? features : units);
        }
        first.initialize(manager, dataType, features);
        attentions.forEach(attention -> attention.initialize(manager, dataType, said, features));
        transformers.forEach(transformer -> transformer.initialize(manager, dataType, features));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), size.width())};
    }
}
