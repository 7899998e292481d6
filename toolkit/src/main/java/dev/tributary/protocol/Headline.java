package dev.tributary.protocol;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * The measure by which a task is judged first: the root of the mean squared error for numbers, the
 * area under the ROC curve where one of two classes is rare, and the accuracy for all else.
 *
 * <p>Where 199 of 200 payments are honest, who calls all of them so is right in 99.5 %: accuracy
 * says nothing there.
 */
public enum Headline {
    /** Of what was classified, how much is right. */
    ACCURACY("accuracy", 1),
    /** How surely an example of the rare class is ranked above one of the other. */
    AUC("AUC", 1),
    /** How far off a number is. */
    RMSE("RMSE", Double.POSITIVE_INFINITY);

    /** Of two classes, one is rare if the other has at least this share. */
    private static final double MAJORITY = 0.95;

    private final String label;
    private final double most;

    Headline(String label, double most) {
        this.label = label;
        this.most = most;
    }

    /** By what was measured in a run; accuracy if nothing was. */
    public static Headline of(List<RoundMetrics> history) {
        for (RoundMetrics round : history) {
            if (AUC.value(round) != null && measure(round, "majority", 0) >= MAJORITY) {
                return AUC;
            }
            if (RMSE.value(round) != null) {
                return RMSE;
            }
        }
        return ACCURACY;
    }

    /** What people call it. */
    public String label() {
        return label;
    }

    /** The most that it can be; the least is 0. */
    public double most() {
        return most;
    }

    /** Whether a value is as good as another or better: less of an error, more of all else. */
    public boolean isAsGood(double value, double other) {
        return this == RMSE ? value <= other : value >= other;
    }

    /** On the test set where there is one, else on the clients' data; null if on neither. */
    public @Nullable Double value(RoundMetrics round) {
        Double central = central(round);
        return central != null ? central : federated(round);
    }

    /** On the server's test set; null if not measured there. */
    public @Nullable Double central(RoundMetrics round) {
        return this == ACCURACY ? round.accuracy() : named(round.measures());
    }

    /** On the clients' data; null if not measured there. */
    public @Nullable Double federated(RoundMetrics round) {
        return this == ACCURACY ? round.federatedAccuracy() : named(round.federatedMeasures());
    }

    private @Nullable Double named(@Nullable Map<String, Double> measures) {
        return measures == null ? null : measures.get(this == AUC ? "auc" : "rmse");
    }

    private static double measure(RoundMetrics round, String name, double fallback) {
        Map<String, Double> measures =
                round.measures() != null ? round.measures() : round.federatedMeasures();
        return measures == null ? fallback : measures.getOrDefault(name, fallback);
    }
}
