package dev.tributary.strategy;

import static java.util.Objects.requireNonNull;

/** When the global model moves, and which model a client trains. */
public sealed interface RoundSchedule {

    /**
     * All clients of a round train the same model, which moves when the round closes: with all of
     * them, with the first so many, or at a deadline, as {@code cohort} says.
     */
    record Synchronous() implements RoundSchedule {}

    /**
     * {@code cohort.size} clients are at work at any time, each on the model that was the newest
     * when it began; the model moves whenever so many updates are in, and no client waits for it
     * (Nguyen et al., "Federated Learning with Buffered Asynchronous Aggregation", 2022).
     *
     * <p>Clients count alike; each update is multiplied by the weight of its staleness: the number
     * of moves since its client began.
     *
     * @param size updates in the buffer, at least 1
     * @param staleness what an update is worth
     * @param mixesModels whether the model moves towards the client's model instead of along its
     *     update; for a buffer of one
     */
    record Buffered(int size, Staleness staleness, boolean mixesModels) implements RoundSchedule {
        /** Versions of the model, from the newest on, that a server lets slow clients fetch. */
        public static final int VERSIONS_KEPT = 8;

        /**
         * Checks the size.
         *
         * @throws IllegalArgumentException if there is none, or models would be mixed in a buffer
         */
        public Buffered {
            requireNonNull(staleness, "staleness is null");
            if (size < 1) {
                throw new IllegalArgumentException("size: expected at least 1, found " + size);
            }
            if (mixesModels && size > 1) {
                throw new IllegalArgumentException(
                        "size: expected 1 where models are mixed, found " + size);
            }
        }
    }

    /**
     * Clients train one after the other, each from what the one before has left: a round is one
     * client's turn. One that does not deliver is passed over, and the next has the turn (Chang et
     * al., "Distributed deep learning networks among institutions for medical imaging", 2018).
     */
    record Cyclic() implements RoundSchedule {}
}
