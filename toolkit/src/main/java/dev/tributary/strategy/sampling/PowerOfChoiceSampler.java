package dev.tributary.strategy.sampling;

import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Of some candidates, drawn in proportion to their examples, those with the largest loss (Cho, Wang
 * and Joshi, "Client Selection in Federated Learning: Convergence Analysis and Power-of-Choice
 * Selection Strategies", 2020).
 *
 * <p>The loss is that of a client's last training, as in the paper's variant rpow-d, which costs no
 * message; a client that has not trained yet counts as the worst.
 *
 * @param candidates how many to draw, at least 1; at least as many as are chosen are drawn, and at
 *     most all; 0 for twice as many as are chosen
 */
public record PowerOfChoiceSampler(int candidates) implements ClientSampler {

    /** Checks the number. */
    public PowerOfChoiceSampler {
        if (candidates < 0) {
            throw new IllegalArgumentException(
                    "candidates: expected at least 0, found " + candidates);
        }
    }

    @Override
    public List<String> sample(
            SortedMap<String, ClientHistory> eligible,
            int count,
            RandomStreams streams,
            int round) {
        Draws.requireEnough(eligible.size(), count);
        long wanted = candidates == 0 ? 2L * count : Math.max(candidates, count);
        List<String> drawn =
                Draws.weighted(
                        eligible,
                        (int) Math.min(wanted, eligible.size()),
                        ClientHistory::exampleCount,
                        streams.stream(Purpose.SAMPLING, round));
        Map<String, Double> losses = new LinkedHashMap<>();
        for (String client : drawn) {
            double loss = Draws.history(eligible, client).lastLoss();
            losses.put(client, Double.isNaN(loss) ? Double.POSITIVE_INFINITY : loss);
        }
        return Draws.sorted(Draws.largest(losses, count));
    }
}
