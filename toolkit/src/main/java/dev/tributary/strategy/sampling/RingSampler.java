package dev.tributary.strategy.sampling;

import static java.util.Comparator.comparing;

import dev.tributary.random.RandomStreams;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * The next in the ring of ids after whoever took part last, and round again: clients that come, go
 * or miss their turn do not change whose turn comes next. For rounds of one client.
 */
public record RingSampler() implements ClientSampler {

    @Override
    public List<String> sample(
            SortedMap<String, ClientHistory> eligible,
            int count,
            RandomStreams streams,
            int round) {
        Draws.requireEnough(eligible.size(), count);
        String last =
                eligible.keySet().stream()
                        .filter(client -> Draws.history(eligible, client).lastRound() > 0)
                        .max(comparing(client -> Draws.history(eligible, client).lastRound()))
                        .orElse("");
        String next = last + '\0';
        List<String> ring = new ArrayList<>(eligible.tailMap(next).keySet());
        ring.addAll(eligible.headMap(next).keySet());
        return Draws.sorted(ring.subList(0, count));
    }
}
