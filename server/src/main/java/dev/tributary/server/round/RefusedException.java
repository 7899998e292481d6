package dev.tributary.server.round;

import dev.tributary.protocol.ErrorCode;

/** A request is not carried out; the code says why, the message what was expected and found. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    /** With a sentence for the client. */
    public RefusedException(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** Why. */
    public ErrorCode code() {
        return code;
    }
}
