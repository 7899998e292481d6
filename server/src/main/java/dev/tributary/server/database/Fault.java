package dev.tributary.server.database;

import dev.tributary.protocol.ErrorCode;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import java.util.Set;

/** What kind of failure an exception of the database tells of. */
enum Fault {
    /** Connections broke or cannot be had; whether a commit took place is unknown. */
    AWAY(ErrorCode.BUSY),
    /** Transactions were in each other's way; this one had no effect. */
    CONTENDED(ErrorCode.BUSY),
    /** The disk is full. */
    FULL(ErrorCode.STORAGE_FULL),
    /** Anything else; it would happen again. */
    OTHER(ErrorCode.INTERNAL);

    private static final Set<String> CONTENTION = Set.of("40001", "40P01", "HYT00");

    /** Too many connections, shut down, crashed, starting up. */
    private static final Set<String> SERVER_AWAY = Set.of("53300", "57P01", "57P02", "57P03");

    /** H2: object closed, connection broken, database closed, closing. */
    private static final Set<Integer> EMBEDDED_AWAY = Set.of(90007, 90067, 90098, 90121);

    private static final String DISK_FULL = "53100";

    private final ErrorCode code;

    Fault(ErrorCode code) {
        this.code = code;
    }

    static Fault of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException exception) {
                return of(exception);
            }
        }
        return OTHER;
    }

    ErrorCode code() {
        return code;
    }

    /** Whether the same may succeed a moment later. */
    boolean passes() {
        return this == AWAY || this == CONTENDED;
    }

    private static Fault of(SQLException exception) {
        // Iterates over causes and over the failures of a batch.
        for (Throwable each : exception) {
            if (saysDiskFull(each)) {
                return FULL;
            }
        }
        for (Throwable each : exception) {
            if (each instanceof SQLException known && kind(known) != OTHER) {
                return kind(known);
            }
        }
        return OTHER;
    }

    private static Fault kind(SQLException exception) {
        String state = exception.getSQLState() == null ? "" : exception.getSQLState();
        if (CONTENTION.contains(state)) {
            return CONTENDED;
        }
        boolean away =
                state.startsWith("08")
                        || SERVER_AWAY.contains(state)
                        || EMBEDDED_AWAY.contains(exception.getErrorCode())
                        || exception instanceof SQLTransientConnectionException
                        || exception instanceof SQLNonTransientConnectionException
                        || exception instanceof SQLRecoverableException;
        return away ? AWAY : OTHER;
    }

    private static boolean saysDiskFull(Throwable failure) {
        if (failure instanceof SQLException exception
                && DISK_FULL.equals(exception.getSQLState())) {
            return true;
        }
        // H2 has no code of its own for it; the words are those of the operating systems.
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left on device")
                || message.contains("not enough space on the disk");
    }
}
