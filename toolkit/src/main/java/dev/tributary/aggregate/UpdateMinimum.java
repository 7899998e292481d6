package dev.tributary.aggregate;

/**
 * The fewest updates that a rule does with.
 *
 * @param rule its name, for messages
 * @param formula how many it needs, as in its paper, n being the updates: {@code n >= 2f + 3}
 * @param updates the same as a number, at least 1
 */
public record UpdateMinimum(String rule, String formula, int updates) {
    /** Any update will do. */
    public static final UpdateMinimum ONE = new UpdateMinimum("the aggregate", "n >= 1", 1);

    /** Checks the number. */
    public UpdateMinimum {
        if (updates < 1) {
            throw new IllegalArgumentException("updates: expected at least 1, found " + updates);
        }
    }

    /**
     * With f malicious updates at most: {@code n >= factor * f + more}.
     *
     * @param rule its name, for messages
     * @param byzantine f, at least 0
     * @throws ArithmeticException if that is more than an int holds
     */
    public static UpdateMinimum of(String rule, int factor, int byzantine, int more) {
        String formula = "n >= %df + %d with f = %d".formatted(factor, more, byzantine);
        int updates = Math.addExact(Math.multiplyExact(factor, byzantine), more);
        return new UpdateMinimum(rule, formula, updates);
    }

    /**
     * Refuses too few updates.
     *
     * @throws IllegalStateException telling rule, formula and what was found
     */
    public void require(int found) {
        if (found < updates) {
            throw new IllegalStateException(
                    "%s: expected at least %d updates, because %s; found %d"
                            .formatted(rule, updates, formula, found));
        }
    }

    /**
     * Refuses a run whose rounds may have too few updates.
     *
     * @param setting what says how many a round has at least, for the message
     * @throws IllegalArgumentException telling rule, formula and what was found
     */
    public void requireOf(String setting, int found) {
        if (found < updates) {
            throw new IllegalArgumentException(
                    "%s: expected at least %d, because %s needs %s; found %d"
                            .formatted(setting, updates, rule, formula, found));
        }
    }
}
