package dev.tributary.strategy.sampling;

import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;

/**
 * Clients from which most can be learned, and soon, and some that have not been tried (after Oort:
 * Lai et al., "Efficient Federated Learning via Guided Participant Selection", 2021).
 *
 * <p>The utility of a client that has trained is {@code examples * loss + sqrt(0.1 ln(round) /
 * lastRound)} of the largest such product, times {@code (T / seconds)^2} if it took longer than T.
 * Oort has the root of the mean squared loss of single examples, which clients here do not tell,
 * draws among the best, and adapts T; this one takes the best and is told T. With T, what is chosen
 * depends on measured times, so a run does not repeat bit for bit.
 *
 * @param exploration the part of a round that has not trained yet, as long as there are such
 *     clients, in [0, 1]
 * @param seconds T; 0 to leave time out
 */
public record UtilitySampler(double exploration, double seconds) implements ClientSampler {
    private static final double UNCERTAINTY = 0.1;

    /** Checks the numbers. */
    public UtilitySampler {
        if (!(exploration >= 0 && exploration <= 1)) {
            throw new IllegalArgumentException(
                    "exploration: expected a number in [0, 1], found " + exploration);
        }
        if (!(seconds >= 0) || Double.isInfinite(seconds)) {
            throw new IllegalArgumentException(
                    "seconds: expected a finite number, at least 0, found " + seconds);
        }
    }

    @Override
    public List<String> sample(
            SortedMap<String, ClientHistory> eligible,
            int count,
            RandomStreams streams,
            int round) {
        Draws.requireEnough(eligible.size(), count);
        SplittableRandom random = streams.stream(Purpose.SAMPLING, round);
        List<String> untried =
                Draws.shuffled(
                        eligible.keySet().stream()
                                .filter(client -> !tried(Draws.history(eligible, client)))
                                .toList(),
                        random);
        List<String> best = Draws.largest(utilities(eligible, round), eligible.size());
        int explored = Math.min((int) Math.ceil(exploration * count), untried.size());
        Set<String> chosen = new LinkedHashSet<>(untried.subList(0, explored));
        best.stream().limit(count - explored).forEach(chosen::add);
        // Where too few have been tried.
        untried.stream().limit(Math.max(0, count - best.size())).forEach(chosen::add);
        return Draws.sorted(chosen);
    }

    private static boolean tried(ClientHistory history) {
        return history.lastRound() > 0 && !Double.isNaN(history.lastLoss());
    }

    private Map<String, Double> utilities(SortedMap<String, ClientHistory> clients, int round) {
        double largest =
                clients.values().stream()
                        .filter(UtilitySampler::tried)
                        .mapToDouble(UtilitySampler::gain)
                        .max()
                        .orElse(1);
        Map<String, Double> utilities = new LinkedHashMap<>();
        clients.forEach(
                (client, history) -> {
                    if (tried(history)) {
                        double rest =
                                Math.sqrt(
                                        UNCERTAINTY
                                                * StrictMath.log(Math.max(1, round))
                                                / history.lastRound());
                        double gain = largest > 0 ? gain(history) / largest : 0;
                        utilities.put(client, (gain + rest) * pace(history));
                    }
                });
        return utilities;
    }

    private static double gain(ClientHistory history) {
        return history.exampleCount() * Math.max(0, history.lastLoss());
    }

    private double pace(ClientHistory history) {
        double slower = seconds / history.lastSeconds();
        return seconds > 0 && slower < 1 ? slower * slower : 1;
    }
}
