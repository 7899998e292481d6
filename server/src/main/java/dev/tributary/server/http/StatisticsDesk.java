package dev.tributary.server.http;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.round.RefusedException;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Where sites hand in what they tell of their tables, and get the sum of all back.
 *
 * <p>Thread-safe; no method waits, and futures may complete on any thread. What is wrong with a
 * request fails its future with a {@link RefusedException}.
 */
public interface StatisticsDesk extends AutoCloseable {
    /** Of a server whose run needs none. */
    StatisticsDesk NONE =
            new StatisticsDesk() {
                @Override
                public CompletableFuture<Boolean> put(String client, String statistics) {
                    return refused();
                }

                @Override
                public CompletableFuture<Optional<String>> sum() {
                    return refused();
                }

                @Override
                public void requireOpen() {
                    throw none();
                }

                private <T> CompletableFuture<T> refused() {
                    return CompletableFuture.failedFuture(none());
                }

                private RefusedException none() {
                    return new RefusedException(
                            ErrorCode.NOT_FOUND,
                            "statistics: expected a server whose run file says"
                                    + " \"statistics: gathered\", found another");
                }
            };

    /**
     * Called before the body of {@link #put} is read, which may be long.
     *
     * @throws RefusedException if nobody's statistics are wanted
     */
    default void requireOpen() {}

    /**
     * A site tells its statistics; harmless to repeat.
     *
     * @param client the site
     * @param statistics in the form of their file
     * @return completes when they are on disk
     */
    CompletableFuture<Boolean> put(String client, String statistics);

    /** The sum of all sites, in the form of its file; empty if some were missing for a while. */
    CompletableFuture<Optional<String>> sum();

    /** Ends what works for it. */
    @Override
    default void close() {}
}
