package dev.tributary.strategy.sampling;

import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.List;
import java.util.SortedMap;

/**
 * Clients drawn one after the other, each with a probability in proportion to its examples among
 * those that are left (Li et al., "On the Convergence of FedAvg on Non-IID Data", 2020, scheme I
 * but without replacement).
 *
 * <p>With a mean that is weighted by examples too, large clients count twice.
 */
public record WeightedSampler() implements ClientSampler {

    @Override
    public List<String> sample(
            SortedMap<String, ClientHistory> eligible,
            int count,
            RandomStreams streams,
            int round) {
        Draws.requireEnough(eligible.size(), count);
        return Draws.sorted(
                Draws.weighted(
                        eligible,
                        count,
                        ClientHistory::exampleCount,
                        streams.stream(Purpose.SAMPLING, round)));
    }
}
