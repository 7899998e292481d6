package dev.tributary.training;

/**
 * The data cannot be this model's: the shapes of its examples, or its classes, do not fit. Trying
 * again does not help, with other parameters neither.
 */
public final class UnfitDataException extends TrainingException {
    private static final long serialVersionUID = 1;

    /** With what was expected and what was found. */
    public UnfitDataException(String message) {
        super(message);
    }
}
