package dev.tributary.training;

import java.util.List;

/**
 * What one round of local training came to; the trained model itself is in the vector.
 *
 * @param exampleCount the size of the local data, the client's weight in an average
 * @param steps optimizer steps taken
 * @param epochLosses for each local epoch, the mean loss of its examples, each at the step that
 *     used it; copied
 * @param elapsedNanos from the call until the trained vector was complete
 */
public record LocalResult(
        int exampleCount, long steps, List<Double> epochLosses, long elapsedNanos) {

    /** Copies the losses. */
    public LocalResult {
        epochLosses = List.copyOf(epochLosses);
    }

    /** The mean loss in the last epoch: what a client tells of its training; 0 if there is none. */
    public double lastLoss() {
        return epochLosses.isEmpty() ? 0 : epochLosses.get(epochLosses.size() - 1);
    }

    /** The mean training loss over all epochs. */
    public double meanLoss() {
        return epochLosses.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /** Examples trained per second, all epochs together. */
    public double examplesPerSecond() {
        return exampleCount * (double) epochLosses.size() / (elapsedNanos / 1e9);
    }
}
