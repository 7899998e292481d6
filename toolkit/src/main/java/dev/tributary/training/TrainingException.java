package dev.tributary.training;

/**
 * Local training or evaluation cannot go on: data and model do not fit, or numbers left the finite
 * range. The message says what was expected, what was found, and where.
 */
public sealed class TrainingException extends RuntimeException permits UnfitDataException {
    private static final long serialVersionUID = 1;

    /** With the whole story in the message. */
    public TrainingException(String message) {
        super(message);
    }

    /** With the failure underneath. */
    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
