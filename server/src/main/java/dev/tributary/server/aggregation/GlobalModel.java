package dev.tributary.server.aggregation;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.server.store.Shortage;

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

    /** Whether updates find room on disk. */
    default Shortage shortage() {
        return Shortage.NONE;
    }

    /** Keeps a place in the queue for {@link #fold}; false if the queue is full. */
    boolean reserve();

    /** Gives a place back: the update is not to be folded. */
    void cancel();

    /**
     * Adds an update, for which there is a place, to the sum of this round. Its file stays until
     * {@link #roundClosed}.
     */
    void fold(SpooledUpdate update);

    /**
     * As {@link #fold}, without a place: an update of an open round that counted before the server
     * was started again, when the others did not wait all at once.
     */
    void foldAgain(SpooledUpdate update);

    /**
     * The round is over for good: files of its updates, and of those before, are deleted, and of
     * the model's versions those that are not to be kept.
     */
    void roundClosed(int round);

    /** Forgets the sum of this round, and what went wrong with it. */
    void reset();

    /**
     * Moves the model by the sum of this round, and resets.
     *
     * <p>Fails if an update could not be folded, the model would not be finite, or cannot be
     * written; then model and sum are as they were.
     *
     * @param clients how many there are in the federation, at least as many as have sent an update
     */
    CompletableFuture<Void> step(int clients);

    /**
     * Lets clients find the model as it is now, as that version. It is not forced to disk: a round
     * is closed by whoever does that.
     */
    CompletableFuture<ModelVersion> publish(int version);

    /** Evaluates the model on the server's test set. */
    CompletableFuture<EvaluationResult> evaluate();

    /**
     * Writes a version of the model as the result of the run.
     *
     * @param round the version, which is the newest whose round is closed
     * @return SHA-256 of the file, in hex
     */
    CompletableFuture<String> save(int round);
}
