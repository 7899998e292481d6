package dev.tributary.server.round;

import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What decides on what clients send to a run: its {@link Coordinator}, or a relay that asks it.
 *
 * <p>Thread-safe; no method waits. What is wrong with a request fails its future with a {@link
 * RefusedException}.
 */
public interface RoundDesk {

    /** Whether it is worth reading the body of an update; a moment old. */
    boolean expects(int round, String clientId);

    /** Whether it is worth reading the body of a sum; a moment old. */
    boolean takesSums();

    /** Whether an update may come; empty if it may. */
    CompletableFuture<Optional<UpdateReceipt>> knock(int round, String clientId, Content content);

    /** Whether an update of the client counts in the round. */
    CompletableFuture<Boolean> accepted(int round, String clientId);

    /** An update is whole; it is the caller's again unless the receipt says accepted, and new. */
    CompletableFuture<UpdateReceipt> offer(SpooledUpdate update);

    /**
     * Several updates are whole, as one sum: all of them count, or none.
     *
     * @param updates all in one file, which is the caller's again unless the receipt says accepted,
     *     and new
     */
    CompletableFuture<UpdateReceipt> offerSum(List<SpooledUpdate> updates);

    /** The body of an update was wrong. */
    CompletableFuture<UpdateReceipt> reject(int round, String clientId, UpdateReceipt receipt);

    /** A client has evaluated the model. */
    CompletableFuture<UpdateReceipt> report(int round, String clientId, EvaluationReport report);

    /** A model is on its way to a client; null if the client did not say who it is. */
    void modelSent(@Nullable String clientId, long bytes);
}
