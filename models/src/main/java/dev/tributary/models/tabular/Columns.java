package dev.tributary.models.tabular;

import dev.tributary.models.catalog.ModelContext;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Which features of an example are numbers, and which the position of a category.
 *
 * @param cardinalities for each feature how many categories it has; 0 for a number
 */
record Columns(List<Integer> cardinalities) {
    static final String OPTION = "cardinalities";
    static final String LINE =
            "for each feature its number of categories, 0 for a number, such as 0,9,0,16; all are"
                    + " numbers by default";

    static Columns of(ModelContext context) {
        int features = Math.toIntExact(context.input().size());
        List<Integer> cardinalities = new ArrayList<>();
        for (String part : context.options().getOrDefault(OPTION, "").split(",", -1)) {
            if (!part.isBlank()) {
                cardinalities.add(cardinality(context, part.strip()));
            }
        }
        if (cardinalities.isEmpty()) {
            cardinalities.addAll(Collections.nCopies(features, 0));
        }
        if (cardinalities.size() != features) {
            throw context.wrong(OPTION, "as many numbers as features, %d".formatted(features));
        }
        return new Columns(List.copyOf(cardinalities));
    }

    /** Positions of the numbers. */
    List<Integer> numbers() {
        return positions(true);
    }

    /** Positions of the categories. */
    List<Integer> categories() {
        return positions(false);
    }

    /** How many values an example has when each category is a vector of this size. */
    long width(int embedding) {
        return numbers().size() + (long) categories().size() * embedding;
    }

    /** The cardinalities at the given positions. */
    List<Integer> at(List<Integer> positions) {
        return positions.stream().map(cardinalities::get).toList();
    }

    private List<Integer> positions(boolean number) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < cardinalities.size(); i++) {
            if (number == (cardinalities.get(i) == 0)) {
                positions.add(i);
            }
        }
        return List.copyOf(positions);
    }

    private static int cardinality(ModelContext context, String text) {
        try {
            int cardinality = Integer.parseInt(text);
            if (cardinality >= 0) {
                return cardinality;
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words as a number out of range.
        }
        throw context.wrong(OPTION, "whole numbers, not negative, separated by commas");
    }
}
