package dev.tributary.models.catalog;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;

import dev.tributary.training.SparseCrossEntropy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a factory builds a model for.
 *
 * @param model the name in the catalog, for messages
 * @param input the shape of one example's features, without the batch
 * @param classCount the number of classes; 0 for regression on one number
 * @param options the family's own settings, as the user wrote them; copied
 */
public record ModelContext(String model, Shape input, int classCount, Map<String, String> options) {

    /** Copies the options and checks the ranges. */
    public ModelContext {
        options = Map.copyOf(options);
        if (!isUsable(input)) {
            throw new ModelException(
                    "model %s, input: expected extents of at least 1, and fewer than 2^31 values in all, found %s"
                            .formatted(model, input));
        }
        if (classCount < 0 || classCount == 1) {
            throw new ModelException(
                    "model %s, classes: expected at least 2, or 0 for regression, found %d"
                            .formatted(model, classCount));
        }
    }

    private static boolean isUsable(Shape input) {
        long size = input.dimension() == 0 ? 0 : 1;
        for (long extent : input.getShape()) {
            size = extent < 1 || extent > Integer.MAX_VALUE ? 0 : size * extent;
            if (size < 1 || size > Integer.MAX_VALUE) {
                return false;
            }
        }
        return size > 0;
    }

    /**
     * The same with a flat input, for families that do not look at its shape.
     *
     * <p>A {@code LocalTrainer} gives a Block its data in the shape that the Block declares, for
     * nothing; a flattening layer costs time in every step.
     */
    public ModelContext flat() {
        return new ModelContext(model, new Shape(input.size()), classCount, options);
    }

    /** How many numbers the model puts out for an example. */
    public int outputs() {
        return Math.max(1, classCount);
    }

    /** Cross-entropy for classes, the mean squared error for regression; as a batch mean. */
    public Loss loss() {
        return classCount > 0 ? new SparseCrossEntropy() : Loss.l2Loss("MeanSquaredError", 1);
    }

    /**
     * A setting that is a list of sizes, such as {@code 200,200}.
     *
     * @param option its name
     * @param fallback what it is if the user did not write it
     * @return sizes of at least 1; empty if the user wrote {@code none}
     * @throws ModelException if it is something else
     */
    public List<Integer> sizes(String option, List<Integer> fallback) {
        String text = options.get(option);
        if (text == null) {
            return fallback;
        }
        List<Integer> sizes = new ArrayList<>();
        for (String part : text.strip().equals("none") ? new String[0] : text.split(",", -1)) {
            sizes.add(size(option, part.strip(), text));
        }
        return List.copyOf(sizes);
    }

    private int size(String option, String part, String text) {
        try {
            int size = Integer.parseInt(part);
            if (size >= 1) {
                return size;
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words as a number out of range.
        }
        throw new ModelException(
                "model %s, option %s: expected whole numbers of at least 1, separated by commas, found \"%s\""
                        .formatted(model, option, text));
    }
}
