package dev.tributary.data.table;

import dev.tributary.data.DataException;

import java.util.HashSet;
import java.util.List;

/**
 * How the label column becomes the number that is to be learned.
 *
 * <p>Immutable and thread-safe. A missing label is an error, whatever the encoder.
 */
public sealed interface LabelEncoder {
    /** More than that is no classification that anybody meant. */
    int MAX_CLASSES = 100_000;

    /** The number of classes; 0 for regression. */
    int classCount();

    /**
     * The label at a place of a table.
     *
     * @throws DataException if it is missing or no label
     */
    float encode(CsvTable table, int row, int column);

    /**
     * The position in a list of classes.
     *
     * @param names the classes, at least two, all different; copied
     */
    record Classes(List<String> names) implements LabelEncoder {

        /** Copies and checks. */
        public Classes {
            names = List.copyOf(names);
            boolean repeated = new HashSet<>(names).size() < names.size();
            if (names.size() < 2 || names.size() > MAX_CLASSES || repeated) {
                throw new DataException(
                        "classes: expected 2 to %,d different ones, found %d: %s"
                                .formatted(
                                        MAX_CLASSES,
                                        names.size(),
                                        names.subList(0, Math.min(10, names.size()))));
            }
        }

        @Override
        public int classCount() {
            return names.size();
        }

        @Override
        public float encode(CsvTable table, int row, int column) {
            int index = names.indexOf(table.text(row, column));
            if (index < 0) {
                throw table.wrong(row, column, "a class among " + names);
            }
            return index;
        }
    }

    /**
     * 1 for one class, 0 for all others.
     *
     * @param name the positive class
     */
    record Positive(String name) implements LabelEncoder {
        @Override
        public int classCount() {
            return 2;
        }

        @Override
        public float encode(CsvTable table, int row, int column) {
            if (table.isMissing(row, column)) {
                throw table.wrong(row, column, "a label");
            }
            return table.text(row, column).equals(name) ? 1 : 0;
        }
    }

    /** The number itself: regression. */
    record Target() implements LabelEncoder {
        @Override
        public int classCount() {
            return 0;
        }

        @Override
        public float encode(CsvTable table, int row, int column) {
            return (float) Numbers.at(table, row, column);
        }
    }
}
