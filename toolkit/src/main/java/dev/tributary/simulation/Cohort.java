package dev.tributary.simulation;

import dev.tributary.strategy.sampling.ClientHistories;
import dev.tributary.training.LocalResult;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The clients of a round, and what came of them. Updates enter on several threads. */
final class Cohort {
    private final List<String> selected;
    private final SortedMap<String, Update> contributions = new TreeMap<>();
    private final Map<String, Double> seconds = new HashMap<>();
    private int asked;
    private int accepted;
    private int rejected;
    private int discarded;

    Cohort(List<String> selected) {
        this(selected, selected.size());
    }

    /**
     * @param selected who is at work for the round
     * @param asked how many have received a model for it
     */
    Cohort(List<String> selected, int asked) {
        this.selected = selected;
        this.asked = asked;
    }

    private record Update(long exampleCount, double lossSum) {
        Update plus(Update other) {
            return new Update(exampleCount + other.exampleCount, lossSum + other.lossSum);
        }
    }

    List<String> selected() {
        return selected;
    }

    /** More clients have received a model. */
    void ask(int count) {
        asked += count;
    }

    int asked() {
        return asked;
    }

    synchronized void accept(String client, LocalResult result) {
        accepted++;
        contributions.merge(
                client,
                new Update(result.exampleCount(), result.exampleCount() * result.lastLoss()),
                Update::plus);
    }

    synchronized void reject() {
        rejected++;
    }

    /** Updates that came late or were not needed. */
    synchronized void discard(int count) {
        discarded += count;
    }

    /** Updates that count; a client may have several. */
    synchronized int accepted() {
        return accepted;
    }

    synchronized int rejected() {
        return rejected;
    }

    synchronized int discarded() {
        return discarded;
    }

    /** Whose updates count, sorted. */
    synchronized List<String> contributors() {
        return List.copyOf(contributions.keySet());
    }

    /** How long a client took, on the virtual clock. */
    synchronized void took(String client, double time) {
        seconds.put(client, time);
    }

    /** What samplers are told of in the next rounds. */
    synchronized void remember(ClientHistories histories, int round) {
        contributions.forEach(
                (client, update) ->
                        histories.record(
                                client,
                                round,
                                update.lossSum / update.exampleCount,
                                seconds.getOrDefault(client, Double.NaN)));
    }

    /** The mean loss in the last local epoch, weighted by examples; the order of updates is out. */
    synchronized @Nullable Double trainLoss() {
        double examples = 0;
        double sum = 0;
        for (Update update : contributions.values()) {
            examples += update.exampleCount;
            sum += update.lossSum;
        }
        double mean = sum / examples;
        return Double.isFinite(mean) ? mean : null;
    }
}
