package dev.tributary.strategy.optimizer;

/** Range checks of the optimizers' settings. */
final class Fractions {
    private Fractions() {}

    /** A number in [0, 1). */
    static double check(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "%s: expected a number in [0, 1), found %s".formatted(name, value));
        }
        return value;
    }
}
