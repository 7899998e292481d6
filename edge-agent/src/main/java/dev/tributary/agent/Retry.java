package dev.tributary.agent;

import dev.tributary.agent.http.HandshakeException;
import dev.tributary.cli.Format;

import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Repeats a request until the server answers it, by a {@link RetryPolicy}. One thread at a time.
 *
 * <p>A server that has no room is asked for as long as it says so, ever more rarely. What speaks no
 * HTTP, or not our protocol, is not asked again; but a server that has answered before is: then it
 * is a proxy's page, or a byte was changed on the way.
 */
final class Retry {
    private final String server;
    private final RetryPolicy policy;
    private final Timing timing;
    private final DoubleSupplier random;
    private final Consumer<String> notes;
    private boolean known;
    private int failures;
    private long lostSince;

    /**
     * @param server its URL, for messages
     * @param random draws the delays, from [0, 1)
     * @param notes hears when the server is lost and when it is back
     */
    Retry(
            String server,
            RetryPolicy policy,
            Timing timing,
            DoubleSupplier random,
            Consumer<String> notes) {
        this.server = server;
        this.policy = policy;
        this.timing = timing;
        this.random = random;
        this.notes = notes;
    }

    /** One attempt. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws IOException;
    }

    /** The server has no room for the request now, and may have said when it will. */
    static final class TryLaterException extends IOException {
        private static final long serialVersionUID = 1;

        private final Duration after;
        private final boolean present;

        /** Of a server that may be gone: a proxy, or one that is stopping. */
        TryLaterException(String message, Duration after) {
            this(message, after, false);
        }

        /**
         * @param present whether it is the server itself that says so, and it stays
         */
        TryLaterException(String message, Duration after, boolean present) {
            super(message);
            this.after = after;
            this.present = present;
        }
    }

    /**
     * Runs until an attempt succeeds.
     *
     * @throws AgentException if it is no Tributary server, or the two do not take each other's
     *     certificates: that is final
     * @throws ServerUnreachableException if none did for as long as the policy allows
     * @throws AgentStoppedException if the thread was interrupted
     */
    <T> T call(Attempt<T> attempt) {
        failures = 0;
        boolean lost = false;
        while (true) {
            try {
                T result = attempt.run();
                known = true;
                if (lost) {
                    notes.accept("server %s answers again".formatted(server));
                }
                return result;
            } catch (HandshakeException e) {
                throw new AgentException("server %s: %s".formatted(server, e.getMessage()), e);
            } catch (IOException e) {
                if (e instanceof ProtocolException && !known) {
                    throw new AgentException(
                            "%s is no Tributary server: %s".formatted(server, e.getMessage()), e);
                }
                lost = awaitNext(e, lost);
            }
        }
    }

    /**
     * An attempt has come further than those before it, though it may fail: patience is renewed.
     */
    void progressed() {
        failures = 0;
    }

    private boolean awaitNext(IOException failure, boolean told) {
        if (Thread.currentThread().isInterrupted()) {
            throw new AgentStoppedException();
        }
        failures++;
        boolean present = failure instanceof TryLaterException later && later.present;
        // A server that answers is not lost: it may ask for patience as long as it likes.
        lostSince = failures == 1 || present ? timing.nanos() : lostSince;
        Duration elapsed = Duration.ofNanos(timing.nanos() - lostSince);
        Duration least = failure instanceof TryLaterException later ? later.after : Duration.ZERO;
        Duration delay = policy.delay(failures, random).plus(least);
        Duration left = policy.retryFor().minus(elapsed);
        boolean patient = present && !policy.retryFor().isZero();
        if (!patient && left.compareTo(least) <= 0) {
            throw gaveUp(elapsed, failure);
        }
        if (!told) {
            notes.accept(
                    "server %s: %s; trying again for %s"
                            .formatted(server, describe(failure), seconds(left)));
        }
        // The last attempt comes when patience ends, not a longer delay before that.
        pause(patient || delay.compareTo(left) < 0 ? delay : left);
        return true;
    }

    private ServerUnreachableException gaveUp(Duration elapsed, IOException failure) {
        return new ServerUnreachableException(
                "server %s: gave up after %d attempts in %s (--retry-for %s); the last one: %s"
                        .formatted(
                                server,
                                failures,
                                seconds(elapsed),
                                seconds(policy.retryFor()),
                                describe(failure)),
                failure);
    }

    private void pause(Duration delay) {
        try {
            timing.pause(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentStoppedException();
        }
    }

    private static String describe(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static String seconds(Duration duration) {
        return Format.duration(duration.toMillis() / 1000.0);
    }
}
