package dev.tributary.simulation;

/** How updates come to a round, and when it closes: one class for each schedule. */
@FunctionalInterface
interface RoundLoop {

    /**
     * Takes one round, until its updates are in the model.
     *
     * @param number the round, from 1
     * @return who took part
     * @throws RoundFailedException if there is no new model; the model is the last round's then
     */
    Cohort round(int number) throws InterruptedException, RoundFailedException;
}
