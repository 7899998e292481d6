package dev.tributary.strategy.sampling;

import dev.tributary.random.RandomStreams;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Clients in turn, by id: as long as the same clients can be asked, and as many are asked in each
 * round, no client takes part twice more often than another.
 */
public record RoundRobinSampler() implements ClientSampler {

    @Override
    public List<String> sample(
            SortedMap<String, ClientHistory> eligible,
            int count,
            RandomStreams streams,
            int round) {
        Draws.requireEnough(eligible.size(), count);
        List<String> clients = List.copyOf(eligible.keySet());
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long turn = (round - 1L) * count + i;
            chosen.add(clients.get((int) (turn % clients.size())));
        }
        return Draws.sorted(chosen);
    }
}
