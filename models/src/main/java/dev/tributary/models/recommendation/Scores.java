package dev.tributary.models.recommendation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelException;

/** Turns one score an example into what the loss wants. */
final class Scores {
    static final String USERS = "users";
    static final String ITEMS = "items";
    static final String USERS_LINE = "how many users there are, numbered from 0; 1000 by default";
    static final String ITEMS_LINE = "how many items there are, numbered from 0; 1000 by default";
    static final int COUNT = 1000;

    private Scores() {}

    /** Checks that a score is an answer: a rating, or one of two classes. */
    static ModelContext check(ModelContext context) {
        if (context.classCount() > 2) {
            throw new ModelException(
                    "model %s, classes: expected 0 for ratings or 2 for likes, found %d"
                            .formatted(context.model(), context.classCount()));
        }
        return context;
    }

    /**
     * The output.
     *
     * @param score {@code [batch]}
     * @return {@code [batch, outputs]}; for two outputs the score is class 1's lead over class 0
     */
    static NDList output(NDArray score, int outputs) {
        NDArray column = score.expandDims(1);
        return new NDList(
                outputs == 1 ? column : NDArrays.concat(new NDList(column.zerosLike(), column), 1));
    }

    /** A column of the features, {@code [batch]}. */
    static NDArray column(NDArray features, int position) {
        return features.get(new NDIndex(":, {}", position));
    }
}
