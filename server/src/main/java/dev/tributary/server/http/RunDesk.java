package dev.tributary.server.http;

import dev.tributary.protocol.RunStatus;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The runs of a server, as requests see them.
 *
 * <p>Thread-safe; no method waits, and futures may complete on any thread. What is wrong with a
 * request fails its future with a {@link dev.tributary.server.round.RefusedException}.
 */
public interface RunDesk {

    /** What requests about a run work with; empty if this server does not lead it. */
    Optional<Services> led(String runId);

    /** Where all runs are, oldest first. */
    CompletableFuture<List<RunStatus>> list();

    /** Where a run is. */
    CompletableFuture<RunStatus> status(String runId);
}
