package dev.tributary.models.layers;

import ai.djl.nn.Block;
import ai.djl.nn.norm.BatchNorm;

import dev.tributary.models.catalog.ModelContext;

import java.util.List;

/** Which normalization a convolutional network has; an option of its family. */
public enum Normalization {
    /** {@link GroupNorm} with 8 groups. */
    GROUP,
    /** DJL's BatchNorm, whose running statistics are averaged over the clients. */
    BATCH;

    /** The option's name. */
    public static final String OPTION = "norm";

    /** The option's line. */
    public static final String LINE =
            "group (default, no statistics to average) or batch normalization";

    private static final int GROUPS = 8;

    /** What the user chose. */
    public static Normalization of(ModelContext context) {
        return context.choice(OPTION, List.of("group", "batch")).equals("group") ? GROUP : BATCH;
    }

    /** A new layer. */
    public Block layer() {
        return switch (this) {
            case GROUP -> new GroupNorm(GROUPS);
            case BATCH -> BatchNorm.builder().build();
        };
    }
}
