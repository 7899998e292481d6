package dev.tributary.agent.runs;

import dev.tributary.agent.RetryPolicy;
import dev.tributary.agent.runs.RunsClient.ServerAwayException;
import dev.tributary.cli.CommandException;
import dev.tributary.cli.DurationConverter;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How long a command that follows a run bears a server that does not answer or is busy: it may come
 * back, and may have said when.
 */
final class Following {
    @Option(
            names = "--retry-for",
            paramLabel = "<time>",
            defaultValue = "5m",
            converter = DurationConverter.class,
            description =
                    "How long to try again when the server is gone, as 60s, 5m, 1h or in seconds"
                            + " (default: ${DEFAULT-VALUE}).")
    private Duration retryFor = Duration.ofMinutes(5);

    /**
     * Asks until there is an answer.
     *
     * @param lost hears once that there is none
     */
    <T> T ask(Supplier<T> question, Consumer<String> lost) {
        RetryPolicy policy = RetryPolicy.lasting(retryFor);
        long start = System.nanoTime();
        for (int failures = 1; ; failures++) {
            try {
                return question.get();
            } catch (ServerAwayException e) {
                Duration delay =
                        policy.delay(failures, () -> ThreadLocalRandom.current().nextDouble())
                                .plus(e.after());
                long left = policy.retryFor().toNanos() - (System.nanoTime() - start);
                if (left < delay.toNanos()) {
                    throw e;
                }
                if (failures == 1) {
                    lost.accept("%s; trying again".formatted(e.getMessage()));
                }
                pause(delay);
            }
        }
    }

    static void pause(Duration delay) {
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", e);
        }
    }
}
