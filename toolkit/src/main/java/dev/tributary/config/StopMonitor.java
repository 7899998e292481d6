package dev.tributary.config;

import dev.tributary.config.StopConfig.Plateau;
import dev.tributary.evaluation.EvaluationResult;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Watches the evaluations of one run for the end that its run file asks for.
 *
 * <p>What it knows is a function of the measured values in their order, so that after a restart
 * {@link #recall} of what was written down brings it back. Not thread-safe.
 */
public final class StopMonitor {
    private final StopConfig config;
    private final boolean classifier;
    private double bestScore = Double.NEGATIVE_INFINITY;
    private double lowestLoss = Double.POSITIVE_INFINITY;
    private int evaluationsWithoutImprovement;

    /**
     * How a run ends.
     *
     * @param succeeded whether as planned
     * @param reason in words
     */
    public record Verdict(boolean succeeded, String reason) {}

    /**
     * A run that begins.
     *
     * @param config when it ends
     * @param classifier whether its accuracy means something
     */
    public StopMonitor(StopConfig config, boolean classifier) {
        this.config = config;
        this.classifier = classifier;
    }

    /**
     * Takes an evaluation from before a restart.
     *
     * @param accuracy as it was written down; null if there was none
     * @param loss as it was written down; null if there was none, or it was not finite
     */
    public void recall(@Nullable Double accuracy, @Nullable Double loss) {
        if (accuracy != null || loss != null) {
            note(accuracy == null ? Double.NaN : accuracy, loss == null ? Double.NaN : loss);
        }
    }

    /**
     * Whether the run ends after a round.
     *
     * @param result how the new model did; null if it was not evaluated
     * @param elapsedSeconds since the first round began
     */
    public Optional<Verdict> after(@Nullable EvaluationResult result, double elapsedSeconds) {
        return Optional.ofNullable(result)
                .flatMap(this::evaluated)
                .or(() -> timeIsUp(elapsedSeconds));
    }

    private Optional<Verdict> evaluated(EvaluationResult result) {
        double loss = result.meanLoss();
        note(result.accuracy(), loss);
        double bound = config.divergence().orElse(Double.POSITIVE_INFINITY) * lowestLoss;
        if (config.divergence().isPresent() && !(loss <= bound && Double.isFinite(loss))) {
            return failed(
                    "diverged: loss %.4f, after %.4f at best; stop.divergence is %s"
                            .formatted(loss, lowestLoss, config.divergence().getAsDouble()));
        }
        if (classifier && result.accuracy() >= config.accuracy().orElse(Double.MAX_VALUE)) {
            return ended(
                    "accuracy %.4f reached the target of %s"
                            .formatted(result.accuracy(), config.accuracy().getAsDouble()));
        }
        if (loss <= config.loss().orElse(Double.NEGATIVE_INFINITY)) {
            return ended(
                    "loss %.4f fell to the threshold of %s"
                            .formatted(loss, config.loss().getAsDouble()));
        }
        return config.plateau().flatMap(this::stagnation);
    }

    private void note(double accuracy, double loss) {
        double score = classifier ? accuracy : -loss;
        double least = config.plateau().map(Plateau::improvement).orElse(0.0);
        if (score > bestScore + least) {
            bestScore = score;
            evaluationsWithoutImprovement = 0;
        } else {
            evaluationsWithoutImprovement++;
        }
        if (loss < lowestLoss) {
            lowestLoss = loss;
        }
    }

    private Optional<Verdict> stagnation(Plateau plateau) {
        return evaluationsWithoutImprovement >= plateau.evaluations()
                ? ended(
                        "no better %s than %.4f in %d evaluations"
                                .formatted(
                                        classifier ? "accuracy" : "loss",
                                        Math.abs(bestScore),
                                        evaluationsWithoutImprovement))
                : Optional.empty();
    }

    private Optional<Verdict> timeIsUp(double elapsedSeconds) {
        return config.wallTime()
                .filter(most -> elapsedSeconds * 1e3 >= most.toMillis())
                .flatMap(most -> ended("its time of " + Texts.duration(most) + " is up"));
    }

    private static Optional<Verdict> ended(String reason) {
        return Optional.of(new Verdict(true, reason));
    }

    private static Optional<Verdict> failed(String reason) {
        return Optional.of(new Verdict(false, reason));
    }
}
