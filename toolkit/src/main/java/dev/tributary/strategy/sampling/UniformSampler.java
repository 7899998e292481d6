package dev.tributary.strategy.sampling;

import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;

/** Every set of clients is equally likely, as in FedAvg (McMahan et al., 2017). */
public final class UniformSampler implements ClientSampler {

    @Override
    public List<String> sample(
            SortedMap<String, ClientHistory> eligible,
            int count,
            RandomStreams streams,
            int round) {
        Draws.requireEnough(eligible.size(), count);
        List<String> clients = new ArrayList<>(eligible.keySet());
        SplittableRandom random = streams.stream(Purpose.SAMPLING, round);
        for (int i = 0; i < count; i++) {
            Collections.swap(clients, i, random.nextInt(i, clients.size()));
        }
        return clients.subList(0, count).stream().sorted().toList();
    }
}
