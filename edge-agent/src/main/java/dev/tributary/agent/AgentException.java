package dev.tributary.agent;

/** A client cannot go on; the message says what was expected, what was found, and what to do. */
public class AgentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the whole story in the message. */
    public AgentException(String message) {
        super(message);
    }

    /** With the failure underneath. */
    public AgentException(String message, Throwable cause) {
        super(message, cause);
    }
}
