package dev.tributary.simulation;

/** How updates come to a round, and when it closes: one class for each schedule. */
interface RoundLoop extends AutoCloseable {

    /**
     * Takes one round, until its updates are in the model.
     *
     * @param number the round, from 1
     * @return who took part
     * @throws RoundFailedException if there is no new model; the model is the last round's then
     */
    Cohort round(int number) throws InterruptedException, RoundFailedException;

    /** Frees what is in flight. */
    @Override
    default void close() {}

    /** The message is the server's. */
    static void requireEnough(Federation federation, int round, Cohort cohort)
            throws RoundFailedException {
        int minimum = federation.config().cohort().minimum();
        int updates = cohort.accepted();
        if (updates < minimum) {
            throw new RoundFailedException(
                    round,
                    "expected updates of at least %d clients, found %d"
                            .formatted(minimum, updates));
        }
    }

    /** Moves the model. */
    static void step(Federation federation, int round) throws RoundFailedException {
        if (!federation.model().step()) {
            throw new RoundFailedException(round, "the new global model is not finite");
        }
        federation.states().commit();
    }
}
