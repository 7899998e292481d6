package dev.tributary.config;

import java.util.OptionalDouble;

/**
 * When a run ends before its last round; whichever comes first.
 *
 * @param accuracy ends the run when the evaluated accuracy reaches it, in (0, 1]; default never
 * @param loss ends the run when the evaluated loss falls to it, finite and positive; default never
 */
public record StopConfig(OptionalDouble accuracy, OptionalDouble loss) {
    static final Setting<Double> ACCURACY =
            Setting.number("stop.accuracy", "a number in (0, 1]", value -> value > 0 && value <= 1);
    static final Setting<Double> LOSS = Setting.positive("stop.loss");

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is left
     */
    public StopConfig {
        accuracy.ifPresent(ACCURACY::check);
        loss.ifPresent(LOSS::check);
    }

    /** No early stop. */
    public static StopConfig never() {
        return new StopConfig(OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** The same with a target accuracy. */
    public StopConfig withAccuracy(double newAccuracy) {
        return new StopConfig(OptionalDouble.of(newAccuracy), loss);
    }

    /** The same with a target loss. */
    public StopConfig withLoss(double newLoss) {
        return new StopConfig(accuracy, OptionalDouble.of(newLoss));
    }
}
