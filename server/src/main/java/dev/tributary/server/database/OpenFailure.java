package dev.tributary.server.database;

import static dev.tributary.server.database.DatabaseAddress.PASSWORD_VARIABLE;
import static dev.tributary.server.database.DatabaseAddress.USER_VARIABLE;

import java.sql.SQLException;

/** Why a database cannot be opened: which one, what was found, and what to do about it. */
final class OpenFailure {
    /** H2: another process has the file, and what its file is like. */
    private static final int FILE_IN_USE = 90020;

    private static final int FILE_CORRUPTED = 90030;
    private static final int FILE_VERSION = 90048;

    private static final String WRONG_USER = "28";
    private static final String NO_PASSWORD = "08004";
    private static final String NO_DATABASE = "3D000";

    private OpenFailure() {}

    static DatabaseException of(DatabaseAddress address, Exception failure) {
        String message = "database %s %s".formatted(address, reason(address, failure));
        boolean inUse = isInUse(failure);
        return new DatabaseException(Fault.of(failure).code(), message, inUse ? null : failure);
    }

    /** All is said then: what the libraries tell is how they found out. */
    private static boolean isInUse(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException exception) {
                return exception.getErrorCode() == FILE_IN_USE;
            }
        }
        return false;
    }

    private static String reason(DatabaseAddress address, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException exception) {
                return address.embedded() ? ofFile(exception) : ofServer(address, exception);
            }
        }
        return "cannot be opened: " + Transactions.cause(failure);
    }

    private static String ofFile(SQLException exception) {
        String found = Transactions.cause(exception);
        return switch (exception.getErrorCode()) {
            case FILE_IN_USE ->
                    "is in use by another server: stop that one, or give this one a directory of"
                            + " its own (--runs-dir)";
            case FILE_CORRUPTED, FILE_VERSION ->
                    "is no database that this version can read, or is damaged: " + found;
            default -> "cannot be opened: " + found;
        };
    }

    private static String ofServer(DatabaseAddress address, SQLException exception) {
        String state = exception.getSQLState() == null ? "" : exception.getSQLState();
        String found = Transactions.cause(exception);
        if (state.startsWith(WRONG_USER) || state.equals(NO_PASSWORD)) {
            return "is refused to this user by PostgreSQL at %s; set %s and %s: %s"
                    .formatted(address.server(), USER_VARIABLE, PASSWORD_VARIABLE, found);
        }
        if (state.equals(NO_DATABASE)) {
            return "is not there: create it with PostgreSQL's createdb at %s: %s"
                    .formatted(address.server(), found);
        }
        return "cannot be reached: expected PostgreSQL at %s; start it, or name another by --database: %s"
                .formatted(address.server(), found);
    }
}
