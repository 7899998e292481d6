package dev.tributary.training;

/**
 * What a client uploads. The server makes a difference of the clients' aggregate, whatever it is.
 */
public enum UpdateForm {
    /** Trained minus received. */
    DELTA,

    /**
     * The trained model itself. The model that comes of the mean is that of {@link #DELTA} within
     * two units in the last place of each weight, since other numbers are rounded.
     */
    WEIGHTS,

    /**
     * The gradient of the mean loss on all local examples at the received model: FedSGD (McMahan et
     * al., 2017). The server applies the learning rate, and statistics are sent as differences.
     */
    GRADIENT
}
