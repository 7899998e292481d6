package dev.tributary.evaluation;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * How clients' models do on the clients' own data, all together and client by client.
 *
 * <p>Where a client has a model of its own, the global one is measured beside it: what
 * personalization is worth. Results are added by id, so that sums do not depend on who came first.
 * Not thread-safe.
 */
public final class FederatedEvaluation {
    /** The measure that is the global model's accuracy where clients have others. */
    public static final String GLOBAL_ACCURACY = "globalAccuracy";

    /** The measure that is the global model's loss where clients have others. */
    public static final String GLOBAL_LOSS = "globalLoss";

    private final SortedMap<String, EvaluationResult> own = new TreeMap<>();
    private final SortedMap<String, EvaluationResult> global = new TreeMap<>();

    /**
     * A client has evaluated.
     *
     * @param client its id; what it said before is replaced
     * @param result of the model that it uses
     * @param before of the global model, where it uses another; null where not
     */
    public void add(String client, EvaluationResult result, @Nullable EvaluationResult before) {
        own.put(client, result);
        if (before != null) {
            global.put(client, before);
        } else {
            global.remove(client);
        }
    }

    /** Whether a client is in it. */
    public boolean has(String client) {
        return own.containsKey(client);
    }

    /** How many clients are in it. */
    public int size() {
        return own.size();
    }

    /** The result of all clients' data together. */
    public EvaluationResult total() {
        return sum(own);
    }

    /**
     * What else is known, by name: all measures of the total; where clients have models of their
     * own, {@code globalAccuracy} and {@code globalLoss}, those of the global one on the same data;
     * of classifiers, {@code worstAccuracy}, the least of a client, and {@code accuracyDeviation},
     * the standard deviation between clients, each counted once. Only finite numbers.
     *
     * @param classifier whether there are accuracies
     */
    public SortedMap<String, Double> measures(boolean classifier) {
        SortedMap<String, Double> measures = new TreeMap<>(total().measures());
        boolean compared = !own.isEmpty() && global.size() == own.size();
        if (compared) {
            measures.put(GLOBAL_LOSS, sum(global).meanLoss());
        }
        if (classifier && !own.isEmpty()) {
            if (compared) {
                measures.put(GLOBAL_ACCURACY, sum(global).accuracy());
            }
            measures.put("worstAccuracy", accuracies().min().orElse(Double.NaN));
            measures.put("accuracyDeviation", deviation());
        }
        measures.values().removeIf(value -> !Double.isFinite(value));
        return measures;
    }

    private double deviation() {
        double mean = accuracies().average().orElse(Double.NaN);
        double variance = accuracies().map(a -> (a - mean) * (a - mean)).average().orElse(0);
        return Math.sqrt(variance);
    }

    private DoubleStream accuracies() {
        return own.values().stream().mapToDouble(EvaluationResult::accuracy);
    }

    private static EvaluationResult sum(Map<String, EvaluationResult> results) {
        return results.values().stream().reduce(EvaluationResult.NONE, EvaluationResult::plus);
    }
}
