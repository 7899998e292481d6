package dev.tributary.models.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import java.util.Arrays;

/**
 * Group normalization (Wu and He, 2018): each example's channels are normalized in groups, then
 * scaled and shifted channel by channel.
 *
 * <p>It keeps no running statistics, and an example's output does not depend on the others in its
 * batch: clients whose data differ do not spoil each other's normalization (Hsieh et al., 2020). In
 * and out: float32 {@code [batch, channels, ...]}.
 */
public final class GroupNorm extends AbstractBlock {
    private static final float EPSILON = 1e-5f;

    private final int wantedGroups;
    private final Parameter gamma;
    private final Parameter beta;

    /**
     * The layer.
     *
     * @param groups how many groups are wanted, at least 1; where the channels do not divide
     *     evenly, the next smaller number that does
     */
    public GroupNorm(int groups) {
        this.wantedGroups = groups;
        this.gamma =
                addParameter(
                        Parameter.builder().setName("gamma").setType(Parameter.Type.GAMMA).build());
        this.beta =
                addParameter(
                        Parameter.builder().setName("beta").setType(Parameter.Type.BETA).build());
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        Shape channels = new Shape(inputShapes[0].get(1));
        gamma.setShape(channels);
        beta.setShape(channels);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray input = inputs.singletonOrThrow();
        NDArray scale = parameterStore.getValue(gamma, input.getDevice(), training);
        NDArray shift = parameterStore.getValue(beta, input.getDevice(), training);
        NDArray normalized = normalized(input);
        Shape perChannel = perChannel(input.getShape());
        return new NDList(normalized.mul(scale.reshape(perChannel)).add(shift.reshape(perChannel)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }

    private NDArray normalized(NDArray input) {
        Shape shape = input.getShape();
        int groups = groups(shape.get(1));
        long groupSize = shape.slice(1).size() / groups;
        Shape group = new Shape(groupSize);
        NDManager manager = input.getManager();
        return LayerNorm.layerNorm(
                        input.reshape(shape.get(0) * groups, groupSize),
                        group,
                        manager.ones(group),
                        manager.zeros(group),
                        EPSILON)
                .singletonOrThrow()
                .reshape(shape);
    }

    private int groups(long channels) {
        int groups = (int) Math.min(wantedGroups, channels);
        while (channels % groups != 0) {
            groups--;
        }
        return groups;
    }

    private static Shape perChannel(Shape shape) {
        long[] extents = new long[shape.dimension()];
        Arrays.fill(extents, 1);
        extents[1] = shape.get(1);
        return new Shape(extents);
    }
}
