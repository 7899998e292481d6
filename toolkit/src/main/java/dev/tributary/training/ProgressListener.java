package dev.tributary.training;

/** Hears how far local training is; called on the training thread, at most 64 times an epoch. */
@FunctionalInterface
public interface ProgressListener {
    /** Hears nothing. */
    ProgressListener NONE = (fraction, loss) -> {};

    /**
     * Local training has come this far.
     *
     * <p>Whatever this throws ends the training and reaches its caller; the vector being trained
     * then holds something in between.
     *
     * @param fraction how much of the round's local training has been handed to the device, in (0,
     *     1]
     * @param loss the mean training loss of the last complete epoch; 0 before there is one, for
     *     reading it earlier would stall the device
     */
    void progress(double fraction, double loss);
}
