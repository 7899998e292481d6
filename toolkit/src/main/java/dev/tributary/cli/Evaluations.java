package dev.tributary.cli;

import dev.tributary.protocol.Headline;
import dev.tributary.protocol.RoundMetrics;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What rounds reached: on the server's test set where there is one, else on the clients' data. */
final class Evaluations {
    private Evaluations() {}

    static @Nullable Double accuracy(RoundMetrics metrics) {
        return metrics.accuracy() != null ? metrics.accuracy() : metrics.federatedAccuracy();
    }

    /** By the measure that tells most of the task. */
    static @Nullable Double headline(Headline headline, RoundMetrics metrics) {
        return headline == Headline.ACCURACY ? accuracy(metrics) : headline.value(metrics);
    }

    static @Nullable Double loss(RoundMetrics metrics) {
        return metrics.loss() != null ? metrics.loss() : metrics.federatedLoss();
    }

    /** The values of those rounds that have one, in their order. */
    static List<Double> of(
            List<RoundMetrics> history, Function<RoundMetrics, @Nullable Double> value) {
        return history.stream()
                .map(value)
                .filter(Objects::nonNull)
                .collect(Collectors.toUnmodifiableList());
    }
}
