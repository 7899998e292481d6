package dev.tributary.server.http;

import dev.tributary.protocol.RunEvent;
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
    CompletableFuture<Optional<Services>> led(String runId);

    /** Why not all runs are there yet; empty once they are. */
    String notice();

    /** Where all runs are, oldest first. */
    CompletableFuture<List<RunStatus>> list();

    /** Where a run is. */
    CompletableFuture<RunStatus> status(String runId);

    /**
     * The events after one that is known; waits for the next if there is none and the run goes on.
     */
    CompletableFuture<List<RunEvent>> events(String runId, long after);

    /** What a run has reached so far. */
    CompletableFuture<NewestModel> model(String runId);

    /** Puts a run at the end of the queue. */
    CompletableFuture<RunStatus> submit(String runFile);

    /** Ends a run for good; its last round is published first if it has its updates. */
    CompletableFuture<RunStatus> stop(String runId);

    /** Lets a run that was stopped or has failed go on. */
    CompletableFuture<RunStatus> resume(String runId);
}
