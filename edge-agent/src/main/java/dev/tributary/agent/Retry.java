package dev.tributary.agent;

import dev.tributary.cli.Format;

import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Repeats a request until the server answers it, by a {@link RetryPolicy}. */
final class Retry {
    private final String server;
    private final RetryPolicy policy;
    private final Timing timing;
    private final Consumer<String> notes;

    /**
     * @param server its URL, for messages
     * @param notes hears when the server is lost and when it is back
     */
    Retry(String server, RetryPolicy policy, Timing timing, Consumer<String> notes) {
        this.server = server;
        this.policy = policy;
        this.timing = timing;
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

        TryLaterException(String message, Duration after) {
            super(message);
            this.after = after;
        }
    }

    /**
     * Runs until an attempt succeeds.
     *
     * @throws ServerUnreachableException if none did for as long as the policy allows
     * @throws AgentStoppedException if the thread was interrupted
     */
    <T> T call(Attempt<T> attempt) {
        long start = timing.nanos();
        int failures = 0;
        while (true) {
            try {
                T result = attempt.run();
                if (failures > 0) {
                    notes.accept("server %s answers again".formatted(server));
                }
                return result;
            } catch (ProtocolException e) {
                throw new AgentException(
                        "%s is no Tributary server: %s".formatted(server, e.getMessage()), e);
            } catch (IOException e) {
                failures++;
                awaitNext(e, failures, Duration.ofNanos(timing.nanos() - start));
            }
        }
    }

    private void awaitNext(IOException failure, int failures, Duration elapsed) {
        if (Thread.currentThread().isInterrupted()) {
            throw new AgentStoppedException();
        }
        Duration delay = policy.delay(failures, () -> ThreadLocalRandom.current().nextDouble());
        if (failure instanceof TryLaterException later) {
            delay = delay.plus(later.after);
        }
        Duration left = policy.retryFor().minus(elapsed);
        if (left.compareTo(delay) < 0) {
            throw new ServerUnreachableException(
                    "server %s: gave up after %d attempts in %s; the last one: %s"
                            .formatted(server, failures, seconds(elapsed), describe(failure)),
                    failure);
        }
        if (failures == 1) {
            notes.accept(
                    "server %s: %s; trying again for %s"
                            .formatted(server, describe(failure), seconds(left)));
        }
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
