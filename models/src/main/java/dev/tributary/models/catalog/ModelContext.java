package dev.tributary.models.catalog;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;

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
        return lossKind().outputs(classCount);
    }

    /** The loss that training minimizes, as a batch mean. */
    public Loss loss() {
        return lossKind().loss(classCount);
    }

    /**
     * What the option {@code loss} says; cross-entropy for classes and the squared error for
     * regression if it says nothing.
     *
     * @throws ModelException if there is no such loss, or it does not suit the number of classes
     */
    public LossKind lossKind() {
        return LossKind.of(this);
    }

    /**
     * Checks that the family suits regression.
     *
     * @throws ModelException if there are classes
     */
    public ModelContext forRegression() {
        if (classCount != 0) {
            throw new ModelException(
                    "model %s, classes: expected 0, for it is a regression, found %d"
                            .formatted(model, classCount));
        }
        return this;
    }

    /**
     * Checks that the input has one of the numbers of axes that the family understands.
     *
     * @param layouts what they mean, such as {@code time,features}, one for each number of axes
     * @throws ModelException if it has another
     */
    public ModelContext forInput(String... layouts) {
        for (String layout : layouts) {
            if (layout.split(",").length == input.dimension()) {
                return this;
            }
        }
        throw new ModelException(
                "model %s, input: expected %s, found %s"
                        .formatted(model, String.join(" or ", layouts), input));
    }

    /** Whether the user wrote an option. */
    public boolean has(String option) {
        return options.containsKey(option);
    }

    /**
     * A setting that the user must have written.
     *
     * @return without white space around it
     * @throws ModelException if it is not there or blank
     */
    public String text(String option) {
        String text = options.getOrDefault(option, "").strip();
        if (text.isEmpty()) {
            throw wrong(option, "a value, for there is no default");
        }
        return text;
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
            sizes.add(size(option, part.strip()));
        }
        return List.copyOf(sizes);
    }

    /**
     * A setting that is one size.
     *
     * @param fallback what it is if the user did not write it
     * @return at least 1
     * @throws ModelException if it is something else
     */
    public int size(String option, int fallback) {
        List<Integer> sizes = sizes(option, List.of(fallback));
        if (sizes.size() != 1) {
            throw wrong(option, "one whole number");
        }
        return sizes.get(0);
    }

    /**
     * A setting that is a number in a range.
     *
     * @param fallback what it is if the user did not write it
     * @throws ModelException if it is something else
     */
    public double number(String option, double fallback, double min, double max) {
        String text = options.get(option);
        if (text == null) {
            return fallback;
        }
        try {
            double number = Double.parseDouble(text.strip());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words as a number out of range.
        }
        throw wrong(option, "a number in [%s, %s]".formatted(min, max));
    }

    /**
     * A setting that is one of a few words.
     *
     * @param words all of them, the first being what it is if the user did not write it
     * @throws ModelException if it is another
     */
    public String choice(String option, List<String> words) {
        String text = options.getOrDefault(option, words.get(0)).strip();
        if (!words.contains(text)) {
            throw wrong(option, "one of " + String.join(", ", words));
        }
        return text;
    }

    /** The failure of an option of this model. */
    public ModelException wrong(String option, String expected) {
        return new ModelException(
                "model %s, option %s: expected %s, found \"%s\""
                        .formatted(model, option, expected, options.get(option)));
    }

    private int size(String option, String part) {
        try {
            int size = Integer.parseInt(part);
            if (size >= 1) {
                return size;
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words as a number out of range.
        }
        throw wrong(option, "whole numbers of at least 1, separated by commas");
    }
}
