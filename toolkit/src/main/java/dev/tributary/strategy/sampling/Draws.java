package dev.tributary.strategy.sampling;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What samplers have in common. */
final class Draws {
    private Draws() {}

    /** Of one of the clients. */
    static ClientHistory history(SortedMap<String, ClientHistory> clients, String client) {
        return requireNonNull(clients.get(client), client);
    }

    static void requireEnough(int eligible, int count) {
        if (count > eligible) {
            throw new IllegalArgumentException(
                    "expected at least %d eligible clients, found %d".formatted(count, eligible));
        }
    }

    /**
     * Draws distinct clients, each time one of those that are left with a probability in proportion
     * to its weight (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006).
     *
     * @param weight positive
     * @return as drawn
     */
    static List<String> weighted(
            SortedMap<String, ClientHistory> clients,
            int count,
            ToDoubleFunction<ClientHistory> weight,
            SplittableRandom random) {
        Map<String, Double> keys = new TreeMap<>();
        clients.forEach(
                (client, history) ->
                        keys.put(
                                client,
                                StrictMath.log(1 - random.nextDouble())
                                        / weight.applyAsDouble(history)));
        return largest(keys, count);
    }

    /** The clients with the largest values; of equals, those that come first in the map. */
    static List<String> largest(Map<String, Double> values, int count) {
        return values.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(count)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** All clients, each order equally likely. */
    static List<String> shuffled(Collection<String> clients, SplittableRandom random) {
        List<String> shuffled = new ArrayList<>(clients);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            String swapped = shuffled.get(i);
            shuffled.set(i, shuffled.get(j));
            shuffled.set(j, swapped);
        }
        return shuffled;
    }

    static List<String> sorted(Collection<String> clients) {
        return clients.stream().sorted().toList();
    }
}
