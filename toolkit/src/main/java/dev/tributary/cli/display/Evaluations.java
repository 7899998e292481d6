package dev.tributary.cli.display;

import dev.tributary.cli.Format;
import dev.tributary.evaluation.FederatedEvaluation;
import dev.tributary.protocol.Headline;
import dev.tributary.protocol.RoundMetrics;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a run has reached, as people want to hear it.
 *
 * <p>Where clients have models of their own, that is what those do on the clients' data, and the
 * global model's figure comes behind it. Else it is the global model's, on the server's test set
 * where there is one, else on the clients' data.
 *
 * @param personal whether clients have models of their own
 * @param headline the measure that tells most of the task
 */
public record Evaluations(boolean personal, Headline headline) {

    /** As the rounds say. */
    public static Evaluations of(List<RoundMetrics> history) {
        return new Evaluations(
                history.stream().anyMatch(RoundMetrics::personal), Headline.of(history));
    }

    /** How a measure is called, such as {@code accuracy}. */
    public String named(String measure) {
        return personal ? "personal " + measure : measure;
    }

    /** A round's headline; null if it was not measured. */
    public @Nullable Double headline(RoundMetrics round) {
        return personal ? headline.federated(round) : headline.value(round);
    }

    /** A round's accuracy; null if none was measured. */
    public @Nullable Double accuracy(RoundMetrics round) {
        return personal || round.accuracy() == null ? round.federatedAccuracy() : round.accuracy();
    }

    /** A round's loss; null if none was measured. */
    public @Nullable Double loss(RoundMetrics round) {
        return personal || round.loss() == null ? round.federatedLoss() : round.loss();
    }

    /**
     * What the global model does where clients have others: on the server's test set if there is
     * one, else on the clients' data; null if clients have none, or it was not measured.
     */
    public @Nullable Double globalAccuracy(RoundMetrics round) {
        if (!personal) {
            return null;
        }
        Map<String, Double> beside =
                Objects.requireNonNullElse(round.federatedMeasures(), Map.of());
        return round.accuracy() != null
                ? round.accuracy()
                : beside.get(FederatedEvaluation.GLOBAL_ACCURACY);
    }

    /**
     * The headline of the global model where clients have others; null as {@link #globalAccuracy}.
     */
    public @Nullable Double globalHeadline(RoundMetrics round) {
        return headline == Headline.ACCURACY || !personal
                ? globalAccuracy(round)
                : headline.central(round);
    }

    /** The newest value of a measure; null if there is none. */
    public static @Nullable Double newest(
            List<RoundMetrics> history, Function<RoundMetrics, @Nullable Double> measure) {
        List<Double> values = values(history, measure);
        return values.isEmpty() ? null : values.get(values.size() - 1);
    }

    /** The newest values in words: headline, loss, and the global model's accuracy beside them. */
    public static String reached(List<RoundMetrics> history) {
        Evaluations evaluations = of(history);
        List<String> parts = new ArrayList<>();
        String headline = evaluations.named(evaluations.headline.label());
        add(parts, headline, newest(history, evaluations::headline));
        add(parts, evaluations.named("loss"), newest(history, evaluations::loss));
        add(parts, "global accuracy", newest(history, evaluations::globalAccuracy));
        return parts.isEmpty() ? "no loss was measured" : String.join(", ", parts);
    }

    /** The values of those rounds that have one, in their order. */
    static List<Double> values(
            List<RoundMetrics> history, Function<RoundMetrics, @Nullable Double> measure) {
        return history.stream()
                .map(measure)
                .filter(Objects::nonNull)
                .collect(Collectors.toUnmodifiableList());
    }

    private static void add(List<String> parts, String name, @Nullable Double value) {
        if (value != null) {
            parts.add(name + " " + Format.metric(value));
        }
    }
}
