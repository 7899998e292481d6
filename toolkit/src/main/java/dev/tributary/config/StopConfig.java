package dev.tributary.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * When a run ends before its last round; whichever comes first. {@link StopMonitor} watches.
 *
 * @param accuracy ends the run when the evaluated accuracy reaches it, in (0, 1]; default never
 * @param loss ends the run when the evaluated loss falls to it, finite and positive; default never
 * @param plateau ends the run when evaluations improve no more; default never
 * @param wallTime ends the run after the round in which so much time has passed since the first
 *     began, in whole milliseconds; in a simulation with a virtual clock, virtual time; default
 *     never
 * @param divergence fails the run when the evaluated loss exceeds the best one so many times or is
 *     not finite, above 1; default never
 */
public record StopConfig(
        OptionalDouble accuracy,
        OptionalDouble loss,
        Optional<Plateau> plateau,
        Optional<Duration> wallTime,
        OptionalDouble divergence) {
    static final Setting<Double> ACCURACY =
            Setting.number("stop.accuracy", "a number in (0, 1]", value -> value > 0 && value <= 1);
    static final Setting<Double> LOSS = Setting.positive("stop.loss");
    static final Setting<Integer> EVALUATIONS =
            Setting.wholeNumber("stop.plateau.evaluations", 1, Integer.MAX_VALUE);
    static final Setting<Double> IMPROVEMENT = Setting.notNegative("stop.plateau.improvement");
    static final Setting<Duration> WALL_TIME = Setting.duration("stop.wall-time");
    static final Setting<Double> DIVERGENCE =
            Setting.number("stop.divergence", "a finite number above 1", value -> value > 1);

    /**
     * How long a run waits for better models: accuracy counts where there is one, else loss.
     *
     * @param evaluations so many in a row without improvement end the run, at least 1
     * @param improvement what is more than nothing: by more than this the best value so far must be
     *     beaten, finite and at least 0; default 0
     */
    public record Plateau(int evaluations, double improvement) {
        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException if one is left
         */
        public Plateau {
            EVALUATIONS.check(evaluations);
            IMPROVEMENT.check(improvement);
        }
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is left
     */
    public StopConfig {
        accuracy.ifPresent(ACCURACY::check);
        loss.ifPresent(LOSS::check);
        requireNonNull(plateau, "plateau is null");
        wallTime.ifPresent(WALL_TIME::check);
        divergence.ifPresent(DIVERGENCE::check);
    }

    /** No early stop. */
    public static StopConfig never() {
        return new StopConfig(
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty());
    }

    /** Whether something here needs evaluations. */
    public boolean awaitsEvaluations() {
        return accuracy.isPresent()
                || loss.isPresent()
                || plateau.isPresent()
                || divergence.isPresent();
    }

    /** The same with a target accuracy. */
    public StopConfig withAccuracy(double target) {
        return new StopConfig(OptionalDouble.of(target), loss, plateau, wallTime, divergence);
    }

    /** The same with a target loss. */
    public StopConfig withLoss(double target) {
        return new StopConfig(accuracy, OptionalDouble.of(target), plateau, wallTime, divergence);
    }

    /** The same with a plateau. */
    public StopConfig withPlateau(Plateau newPlateau) {
        return new StopConfig(accuracy, loss, Optional.of(newPlateau), wallTime, divergence);
    }

    /** The same with a wall time. */
    public StopConfig withWallTime(Duration most) {
        return new StopConfig(accuracy, loss, plateau, Optional.of(most), divergence);
    }

    /** The same with a divergence. */
    public StopConfig withDivergence(double factor) {
        return new StopConfig(accuracy, loss, plateau, wallTime, OptionalDouble.of(factor));
    }
}
