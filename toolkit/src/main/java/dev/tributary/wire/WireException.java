package dev.tributary.wire;

import dev.tributary.protocol.ErrorCode;

/** A body is not what it should be; the code says in which way, the message where. */
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    /** With a sentence: what was expected, what was found, where. */
    public WireException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** In which way the body is wrong. */
    public ErrorCode code() {
        return code;
    }
}
