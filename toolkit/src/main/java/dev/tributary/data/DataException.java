package dev.tributary.data;

/** Data cannot be read or used as asked; the message says what was expected, found, and where. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the whole story in the message. */
    public DataException(String message) {
        super(message);
    }

    /** With the failure underneath. */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
