package dev.tributary.server.relay;

import dev.tributary.protocol.Paths;
import dev.tributary.server.http.StatisticsDesk;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What sites behind the relay tell of their tables, on its way to the parent, which adds it up; and
 * the sum on its way back, asked for once for all who wait. Thread-safe.
 *
 * <p>Each site's goes by itself: the parent waits for so many sites, and a site that tells again
 * takes the place of what it told before, which is no part of any sum that a relay could send.
 */
final class RelayStatistics implements StatisticsDesk {
    private final Parent parent;
    private @Nullable CompletableFuture<Optional<String>> asked;

    RelayStatistics(Parent parent) {
        this.parent = parent;
    }

    @Override
    public CompletableFuture<Boolean> put(String client, String statistics) {
        return parent.tell(Paths.siteStatistics(client), Paths.CSV, statistics);
    }

    @Override
    public synchronized CompletableFuture<Optional<String>> sum() {
        CompletableFuture<Optional<String>> current = asked;
        if (current == null || current.isDone()) {
            current = parent.poll(Paths.STATISTICS);
            asked = current;
        }
        return current.copy();
    }
}
