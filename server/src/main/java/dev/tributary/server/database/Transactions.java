package dev.tributary.server.database;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Does work in transactions, again where the database was away or transactions collided.
 * Thread-safe.
 *
 * <p>A commit whose answer was lost may have taken place, so all work must be harmless to repeat.
 * An interrupt does not end the work; the thread is interrupted again when it is done.
 */
final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 500;
    private static final int DOUBLINGS = 6;

    private final DatabaseAddress address;
    private final Jdbi jdbi;

    /** What this thread writes to while all that it writes is one transaction. */
    private final ThreadLocal<Optional<Handle>> shared = ThreadLocal.withInitial(Optional::empty);

    private volatile boolean impatient;

    Transactions(DatabaseAddress address, Jdbi jdbi) {
        this.address = address;
        this.jdbi = jdbi;
    }

    /** Returns when the work is on disk, or in the transaction that this thread is in. */
    <T> T write(String what, Function<Handle, T> work) {
        Optional<Handle> open = shared.get();
        return open.isPresent()
                ? work.apply(open.get())
                : persist(what, () -> jdbi.withHandle(handle -> commit(handle, work)));
    }

    /** All that the work writes is one transaction; if this throws, none of it is there. */
    void together(Runnable work) {
        write(
                "write together",
                handle -> {
                    shared.set(Optional.of(handle));
                    try {
                        work.run();
                    } finally {
                        shared.remove();
                    }
                    return true;
                });
    }

    /** Work that changes nothing. */
    <T> T read(String what, Function<Handle, T> work) {
        Optional<Handle> open = shared.get();
        return open.isPresent()
                ? work.apply(open.get())
                : persist(what, () -> jdbi.withHandle(work::apply));
    }

    /** From now on work fails where the database is away. */
    void endPatience() {
        impatient = true;
    }

    private <T> T commit(Handle handle, Function<Handle, T> work) {
        T result = handle.inTransaction(work::apply);
        if (address.embedded()) {
            handle.execute("CHECKPOINT SYNC");
        }
        return result;
    }

    private <T> T persist(String what, Supplier<T> work) {
        boolean interrupted = Thread.interrupted();
        long start = System.nanoTime();
        try {
            for (int failures = 0; ; failures++) {
                try {
                    return work.get();
                } catch (DatabaseException e) {
                    throw e;
                } catch (RuntimeException e) {
                    // Told once; what ends the waiting is thrown.
                    giveUpOrTell(what, e, start, failures);
                }
                interrupted |= pause(failures);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void giveUpOrTell(String what, RuntimeException failure, long start, int failures) {
        Fault fault = Fault.of(failure);
        boolean patient = System.nanoTime() - start < address.patience().toNanos();
        boolean givenUp = impatient && fault == Fault.AWAY;
        if (!fault.passes() || !patient || givenUp) {
            String waited =
                    fault.passes() && !givenUp
                            ? " (the database's patience is %s)".formatted(address.patience())
                            : "";
            String message = "%s: cannot %s: %s%s".formatted(address, what, cause(failure), waited);
            throw new DatabaseException(fault.code(), message, failure);
        }
        if (failures == 0 && fault == Fault.AWAY) {
            LOG.warn("{} went away, trying again: {}", address, cause(failure));
        }
    }

    /** Whether the thread was interrupted meanwhile. */
    private static boolean pause(int failures) {
        long millis =
                Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, DOUBLINGS));
        try {
            Thread.sleep(millis);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** The innermost sentence: those around it are the libraries' own. */
    static String cause(Throwable failure) {
        String message = failure.toString();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            message = each.getMessage() == null ? message : each.getMessage();
        }
        return message.lines().findFirst().orElse("no reason given");
    }
}
