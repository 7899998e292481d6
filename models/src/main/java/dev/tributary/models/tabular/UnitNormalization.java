package dev.tributary.models.tabular;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;

import dev.tributary.models.catalog.ModelContext;

import java.util.List;

/** Which normalization the units of a table's network have. */
enum UnitNormalization {
    /** DJL's LayerNorm: each example by itself. */
    LAYER,
    /** DJL's BatchNorm, whose running statistics are averaged over the clients. */
    BATCH;

    /**
     * Large: of some rows a mask leaves next to nothing, and their gradients would grow by the root
     * of its inverse in each layer.
     */
    private static final float EPSILON = 1;

    static final String OPTION = "norm";
    static final String LINE =
            "layer (default, no statistics to average) or batch normalization, which the paper has";

    /** What the user chose. */
    static UnitNormalization of(ModelContext context) {
        return context.choice(OPTION, List.of("layer", "batch")).equals("layer") ? LAYER : BATCH;
    }

    /** A new layer for float32 {@code [batch, units]}. */
    Block layer() {
        return switch (this) {
            case LAYER -> LayerNorm.builder().axis(1).optEpsilon(EPSILON).build();
            case BATCH -> BatchNorm.builder().build();
        };
    }

    /**
     * What the layer makes of some units. One example has no variance: by itself in a batch, it is
     * normalized by the running statistics, and leaves them alone.
     */
    static NDArray apply(Block layer, NDArray units, ParameterStore store, boolean training) {
        boolean several = units.getShape().get(0) > 1;
        return layer.forward(store, new NDList(units), training && several).head();
    }
}
