package dev.tributary.server.database;

import dev.tributary.protocol.ErrorCode;

import org.jspecify.annotations.Nullable;

/** The database cannot be opened, cannot do what was asked, or holds something else. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    DatabaseException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What was asked contradicts what the database holds; trying again does not help. */
    static DatabaseException conflict(String message) {
        return new DatabaseException(ErrorCode.INTERNAL, message, null);
    }

    /**
     * {@link ErrorCode#BUSY} if the database was away for too long, {@link ErrorCode#STORAGE_FULL}
     * if its disk is full, else {@link ErrorCode#INTERNAL}.
     */
    public ErrorCode code() {
        return code;
    }

    /** Whether the same may succeed later, without anybody changing what is asked. */
    public boolean passes() {
        return code == ErrorCode.BUSY || code == ErrorCode.STORAGE_FULL;
    }
}
