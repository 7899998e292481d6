package dev.tributary.agent.state;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Predicate;

/** Which memories are of no use once a round has another. */
final class MemoryRounds {
    private MemoryRounds() {}

    /**
     * Those of rounds before the one from which a round has begun.
     *
     * @param rounds what is there, by round
     * @param round the round that is remembered now
     * @param counts whether a round's update has not been refused
     */
    static <T> List<Integer> superseded(
            NavigableMap<Integer, T> rounds, int round, Predicate<T> counts) {
        NavigableMap<Integer, T> earlier = rounds.headMap(round, false);
        return earlier.descendingMap().entrySet().stream()
                .filter(entry -> counts.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .map(base -> List.copyOf(earlier.headMap(base, false).keySet()))
                .orElse(List.of());
    }
}
