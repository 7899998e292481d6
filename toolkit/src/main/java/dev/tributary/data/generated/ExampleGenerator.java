package dev.tributary.data.generated;

import dev.tributary.data.DataException;

/**
 * A rule that makes labelled examples out of nothing but a seed.
 *
 * <p>Example {@code index} of a part is a pure function of (seed, part, index): an agent makes only
 * its own share. Thread-safe.
 */
interface ExampleGenerator {

    /** Which of the two independent sequences of examples. */
    enum Part {
        TRAIN("train"),
        TEST("test");

        private final String key;

        Part(String key) {
            this.key = key;
        }

        /** How the part is called in the keys of random streams. */
        String key() {
            return key;
        }
    }

    /** The shape of one example's features. */
    long[] featureShape();

    /** The number of classes; 0 for regression. */
    int classCount();

    /** The class or target of an example, cheap next to its features. */
    float label(Part part, int index);

    /** Writes the features of an example, row-major, into the target from the offset on. */
    void features(Part part, int index, float[] target, int offset);

    /**
     * To which site a training example belongs.
     *
     * @param column what the sites are, such as {@code hospital}
     * @throws DataException if the data knows no such column
     */
    default int group(String column, int index) {
        throw noColumn(column, "none");
    }

    /** The failure of a column that is not there. */
    static DataException noColumn(String column, String known) {
        return new DataException(
                "column \"%s\": expected one that the data names, %s".formatted(column, known));
    }
}
