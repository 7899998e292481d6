package dev.tributary.simulation;

import dev.tributary.strategy.ClientHistories;
import dev.tributary.training.LocalResult;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The clients of a round, and what came of them. Updates enter on several threads. */
final class Cohort {
    private final List<String> selected;
    private final SortedMap<String, Update> accepted = new TreeMap<>();
    private int rejected;

    Cohort(List<String> selected) {
        this.selected = selected;
    }

    private record Update(long exampleCount, double trainLoss) {}

    List<String> selected() {
        return selected;
    }

    synchronized void accept(String client, LocalResult result) {
        accepted.put(client, new Update(result.exampleCount(), lastLoss(result)));
    }

    /** What a client tells of its training. */
    static double lastLoss(LocalResult result) {
        List<Double> losses = result.epochLosses();
        return losses.get(losses.size() - 1);
    }

    synchronized void reject() {
        rejected++;
    }

    synchronized int rejected() {
        return rejected;
    }

    /** Whose updates count, sorted. */
    synchronized List<String> contributors() {
        return List.copyOf(accepted.keySet());
    }

    /** What samplers are told of the next rounds; time does not pass here. */
    synchronized void remember(ClientHistories histories, int round) {
        accepted.forEach(
                (client, update) -> histories.record(client, round, update.trainLoss, Double.NaN));
    }

    /** The mean loss in the last local epoch, weighted by examples; the order of updates is out. */
    synchronized @Nullable Double trainLoss() {
        double examples = 0;
        double sum = 0;
        for (Update update : accepted.values()) {
            examples += update.exampleCount;
            sum += update.exampleCount * update.trainLoss;
        }
        double mean = sum / examples;
        return Double.isFinite(mean) ? mean : null;
    }
}
