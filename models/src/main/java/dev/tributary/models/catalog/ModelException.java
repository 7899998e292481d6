package dev.tributary.models.catalog;

/** A model cannot be built as asked; the message says what was expected, found, and where. */
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the whole story in the message. */
    public ModelException(String message) {
        super(message);
    }

    /** With the failure underneath. */
    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
