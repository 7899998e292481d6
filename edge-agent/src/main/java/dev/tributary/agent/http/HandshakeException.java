package dev.tributary.agent.http;

import java.io.IOException;

/**
 * The two sides do not take each other's certificates, or one of them speaks no TLS: the same
 * request will fail again. The message says why.
 */
public final class HandshakeException extends IOException {
    private static final long serialVersionUID = 1;

    HandshakeException(String message, Throwable cause) {
        super(message, cause);
    }
}
