package dev.tributary.strategy;

/** What an update is worth whose client has begun some versions ago. Pure and thread-safe. */
@FunctionalInterface
public interface Staleness {

    /**
     * The factor on such an update.
     *
     * @param versions how often the model has moved meanwhile, at least 0
     * @return in (0, 1]
     */
    double weight(int versions);

    /** 1, however old. */
    static Staleness constant() {
        return versions -> 1;
    }

    /**
     * {@code (1 + versions)^-a}, in FedBuff and FedAsync.
     *
     * @param a at least 0
     */
    static Staleness polynomial(double a) {
        requireNotNegative("a", a);
        return versions -> positive(StrictMath.pow(1.0 + versions, -a));
    }

    /**
     * 1 up to {@code b} versions, then {@code 1 / (a (versions - b) + 1)}: FedAsync's hinge.
     *
     * @param a at least 0
     * @param b at least 0
     */
    static Staleness hinge(double a, int b) {
        requireNotNegative("a", a);
        requireNotNegative("b", b);
        return versions -> versions <= b ? 1 : positive(1 / (a * (versions - b) + 1));
    }

    private static double positive(double weight) {
        return Math.max(weight, Double.MIN_VALUE);
    }

    private static void requireNotNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "%s: expected a finite number, at least 0, found %s".formatted(name, value));
        }
    }
}
