package dev.tributary.agent;

/** Another agent has registered with the client's id, and is served in place of this one. */
public final class ReplacedException extends AgentException {
    private static final long serialVersionUID = 1;

    ReplacedException(String message, Throwable cause) {
        super(message, cause);
    }
}
