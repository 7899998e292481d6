package dev.tributary.data.table;

import dev.tributary.data.DataException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * How the label column becomes the number that is to be learned.
 *
 * <p>Immutable and thread-safe. A missing label is an error, but where labels come in sets.
 */
sealed interface LabelEncoder {
    /** More than that is no classification that anybody meant. */
    int MAX_CLASSES = 100_000;

    /** The number of classes; 0 for regression. */
    int classCount();

    /** What the classes are called, in order, or the labels of sets; none for regression. */
    List<String> names();

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
        public List<String> names() {
            return List.of("not " + name, name);
        }

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

    /**
     * A set of labels, several of which or none may apply to a row: the number whose bit {@code j}
     * says whether label {@code j} does.
     *
     * <p>A value is the names of the labels, with {@code |} between; a missing one is the empty
     * set.
     *
     * @param names the labels, 1 to {@value #MAX_LABELS}, all different, none empty; copied
     */
    record LabelSet(List<String> names) implements LabelEncoder {
        /** A set of more would not be exact as float32. */
        private static final int MAX_LABELS = 20;

        /** Copies and checks. */
        public LabelSet {
            names = List.copyOf(names);
            boolean repeated = new HashSet<>(names).size() < names.size();
            boolean unnamed = names.contains("");
            if (names.isEmpty() || names.size() > MAX_LABELS || repeated || unnamed) {
                throw new DataException(
                        "labels: expected 1 to %d different ones, none empty, found %d: %s"
                                .formatted(
                                        MAX_LABELS,
                                        names.size(),
                                        names.subList(0, Math.min(10, names.size()))));
            }
        }

        /** With all names in some values, sorted; empty ones are left for {@link #encode}. */
        static LabelSet of(List<String> values) {
            return new LabelSet(
                    values.stream()
                            .flatMap(value -> split(value).stream())
                            .filter(name -> !name.isEmpty())
                            .distinct()
                            .sorted()
                            .toList());
        }

        /** The names in a value. */
        static List<String> split(String value) {
            return Arrays.stream(value.split("\\|", -1)).map(String::strip).toList();
        }

        @Override
        public int classCount() {
            return 1 << names.size();
        }

        @Override
        public float encode(CsvTable table, int row, int column) {
            if (table.isMissing(row, column)) {
                return 0;
            }
            int set = 0;
            for (String name : split(table.text(row, column))) {
                int label = names.indexOf(name);
                if (label < 0) {
                    throw table.wrong(row, column, "labels among " + names);
                }
                set |= 1 << label;
            }
            return set;
        }
    }

    /** The number itself: regression. */
    record Target() implements LabelEncoder {
        @Override
        public List<String> names() {
            return List.of();
        }

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
