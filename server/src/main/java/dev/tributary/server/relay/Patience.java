package dev.tributary.server.relay;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.round.RefusedException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How long agents wait for what takes its time on the line to the parent: shorter than they bear
 * silence. Then they are asked to come again, which they do as long as they are told so.
 *
 * @param limit of one request
 */
record Patience(Duration limit) {
    static final Patience OF_AGENTS = new Patience(Duration.ofSeconds(20));

    /**
     * The same answer, or {@link ErrorCode#BUSY}.
     *
     * @param what is on its way
     */
    <T> CompletableFuture<T> bound(CompletableFuture<T> answer, String what) {
        CompletableFuture<T> bounded = answer.copy();
        if (!bounded.isDone()) {
            CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(
                            () ->
                                    bounded.completeExceptionally(
                                            new RefusedException(
                                                    ErrorCode.BUSY,
                                                    what + " is on its way; ask again")));
        }
        return bounded;
    }
}
