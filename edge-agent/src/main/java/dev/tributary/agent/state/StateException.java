package dev.tributary.agent.state;

/** The state cannot be used; the message says where it is, who has it, and what to do. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the whole story in the message. */
    public StateException(String message) {
        super(message);
    }

    /** With the failure underneath. */
    public StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
