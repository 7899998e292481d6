package dev.tributary.agent;

/** No answer from the server for as long as the agent may try. */
public final class ServerUnreachableException extends AgentException {
    private static final long serialVersionUID = 1;

    /** With the URL, what was tried, and the last failure. */
    public ServerUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
