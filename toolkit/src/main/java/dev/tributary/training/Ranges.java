package dev.tributary.training;

/** Range checks whose messages name the setting, what was expected and what was found. */
final class Ranges {
    private Ranges() {}

    static void positive(String name, double value) {
        require(Double.isFinite(value) && value > 0, name, "a finite positive number", value);
    }

    static void notNegative(String name, double value) {
        require(Double.isFinite(value) && value >= 0, name, "a finite number, at least 0", value);
    }

    static void fraction(String name, double value) {
        require(value >= 0 && value < 1, name, "a number in [0, 1)", value);
    }

    static void atLeast(String name, int minimum, int value) {
        require(value >= minimum, name, "a whole number, at least " + minimum, value);
    }

    private static void require(boolean holds, String name, String expected, Number found) {
        if (!holds) {
            throw new IllegalArgumentException(
                    name + ": expected " + expected + ", found " + found);
        }
    }
}
