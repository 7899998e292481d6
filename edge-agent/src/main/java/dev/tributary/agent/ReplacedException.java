package dev.tributary.agent;

/** Another agent has registered with the client's id, and is served in place of this one. */
public final class ReplacedException extends AgentException {
    private static final long serialVersionUID = 1;

    /** The server's answer names the client. */
    ReplacedException(ServerRefusedException answer) {
        super(String.valueOf(answer.getMessage()), answer);
    }
}
