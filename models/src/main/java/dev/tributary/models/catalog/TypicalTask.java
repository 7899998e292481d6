package dev.tributary.models.catalog;

/**
 * A task that a family is at home in: what its size is told for.
 *
 * @param input the shape of one example, such as {@code 1,28,28}
 * @param classes the number of classes; 0 for regression
 */
public record TypicalTask(String input, int classes) {
    /** Pictures like MNIST's. */
    public static final TypicalTask DIGITS = new TypicalTask("1,28,28", 10);

    /** Pictures like CIFAR-10's. */
    public static final TypicalTask PHOTOS = new TypicalTask("3,32,32", 10);

    /** A table with 14 columns and two classes. */
    public static final TypicalTask TABLE = new TypicalTask("14", 2);

    @Override
    public String toString() {
        return classes == 0
                ? "input %s, regression".formatted(input)
                : "input %s and %d classes".formatted(input, classes);
    }
}
