package dev.tributary.server.aggregation;

import dev.tributary.training.EvaluationResult;

import java.util.concurrent.CompletableFuture;

/**
 * The global model as its coordinator sees it: orders, carried out one after the other in the order
 * of the calls.
 *
 * <p>No call waits. Futures complete on another thread.
 */
public interface GlobalModel {

    /**
     * Whether an update fits beside so many others like it, without any risk of overflow.
     *
     * <p>The answer does not depend on which updates are in: what counts in a round must not depend
     * on who comes first.
     *
     * @param magnitude the update's largest absolute value
     * @param weight its weight
     * @param count updates in a round, at most
     */
    boolean fits(float magnitude, double weight, int count);

    /**
     * Adds an update to the sum of this round, and discards its file then.
     *
     * @return false if the queue is full; the update is still the caller's
     */
    boolean fold(SpooledUpdate update);

    /** Forgets the sum of this round, and what went wrong with it. */
    void reset();

    /**
     * Moves the model by the sum of this round, and resets.
     *
     * <p>Fails if an update could not be folded, or the model would not be finite; then the model
     * is as it was.
     */
    CompletableFuture<Void> step();

    /** Lets clients find the model as it is now, as that version. */
    CompletableFuture<Void> publish(int version);

    /** Evaluates the model on the server's test set. */
    CompletableFuture<EvaluationResult> evaluate();

    /**
     * Writes the model as the result of the run.
     *
     * @return SHA-256 of the file, in hex
     */
    CompletableFuture<String> save(int round);
}
