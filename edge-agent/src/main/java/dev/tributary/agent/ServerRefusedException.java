package dev.tributary.agent;

import dev.tributary.protocol.ErrorCode;

/** The server answered that it will not do what was asked for, and said why. */
public final class ServerRefusedException extends AgentException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    /** With the server's own sentence in the message. */
    public ServerRefusedException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** Why. */
    public ErrorCode code() {
        return code;
    }
}
