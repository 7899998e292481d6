package dev.tributary.strategy.sampling;

import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;

/**
 * Of the clients that are there, those that took part in the fewest rounds, then those whose last
 * one is longest ago, then any: clients that are seldom there are asked whenever they are.
 */
public record LeastUsedSampler() implements ClientSampler {

    @Override
    public List<String> sample(
            SortedMap<String, ClientHistory> eligible,
            int count,
            RandomStreams streams,
            int round) {
        Draws.requireEnough(eligible.size(), count);
        Comparator<ClientHistory> seldom =
                Comparator.comparingInt(ClientHistory::rounds)
                        .thenComparingInt(ClientHistory::lastRound);
        List<String> chosen =
                Draws.shuffled(eligible.keySet(), streams.stream(Purpose.SAMPLING, round)).stream()
                        .sorted(
                                Comparator.comparing(
                                        client -> Draws.history(eligible, client), seldom))
                        .limit(count)
                        .toList();
        return Draws.sorted(chosen);
    }
}
