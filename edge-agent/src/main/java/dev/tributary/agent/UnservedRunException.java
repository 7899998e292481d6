package dev.tributary.agent;

import org.jspecify.annotations.Nullable;

/** This client cannot serve a run, now or later; it may serve others. */
final class UnservedRunException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the reason, for the server too. */
    UnservedRunException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
