package dev.tributary.config;

import dev.tributary.training.EvaluationResult;

import java.util.Optional;
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

    /**
     * Why the run may end now, if it may.
     *
     * @param result how the newest model did
     * @param classifier whether its accuracy means something
     */
    public Optional<String> reached(EvaluationResult result, boolean classifier) {
        if (classifier && result.accuracy() >= accuracy.orElse(Double.POSITIVE_INFINITY)) {
            return Optional.of(
                    "accuracy %.4f reached the target of %s"
                            .formatted(result.accuracy(), accuracy.getAsDouble()));
        }
        if (result.meanLoss() <= loss.orElse(Double.NEGATIVE_INFINITY)) {
            return Optional.of(
                    "loss %.4f fell to the threshold of %s"
                            .formatted(result.meanLoss(), loss.getAsDouble()));
        }
        return Optional.empty();
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
