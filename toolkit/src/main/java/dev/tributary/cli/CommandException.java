package dev.tributary.cli;

/**
 * A command cannot do what it was asked for, and the message says why.
 *
 * <p>The message becomes the one line that the user reads: what was expected, what was found, and
 * what to do about it.
 */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the whole story in the message. */
    public CommandException(String message) {
        super(message);
    }

    /** With the failure underneath, whose message is appended if it adds something. */
    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
