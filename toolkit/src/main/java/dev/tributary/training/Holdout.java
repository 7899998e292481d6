package dev.tributary.training;

import static java.util.Objects.requireNonNull;

import dev.tributary.random.Distributions;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.Arrays;

/**
 * Which of a client's examples its training never sees, so that what it makes of a model can be
 * measured on examples that the model does not know.
 *
 * <p>Drawn at random, once for a run and a client: the same in each round, and in a simulation and
 * over HTTP. Law: the two parts have no example in common, and together they are all. Immutable.
 *
 * @param share of the examples that are held out, in [0, 1); at least one is, and at least one is
 *     not. 0 holds nothing out: then training and evaluation are on all examples
 * @param streams the run's random streams
 * @param client the client's id
 */
public record Holdout(double share, RandomStreams streams, String client) {

    /** Checks the range. */
    public Holdout {
        Ranges.fraction("holdout", share);
        requireNonNull(streams, "streams is null");
        requireNonNull(client, "client is null");
    }

    /**
     * What the client trains on; of a single example, that one.
     *
     * @param data all examples of the client
     * @return the data set itself or a view of it, of use until it is closed
     */
    public DeviceDataset training(DeviceDataset data) {
        int count = data.exampleCount();
        return share == 0 ? data : data.part(drawn(data, Math.toIntExact(heldOut(count)), count));
    }

    /** How many of so many examples, at least 1, are trained on. */
    public long trained(long exampleCount) {
        return exampleCount - heldOut(exampleCount);
    }

    /**
     * What the client evaluates on.
     *
     * @param data all examples of the client
     * @return the data set itself or a view of it, of use until it is closed
     * @throws TrainingException if there is a single example, which is trained on
     */
    public DeviceDataset evaluation(DeviceDataset data) {
        if (share == 0) {
            return data;
        }
        int count = data.exampleCount();
        if (count == 1) {
            throw new TrainingException(
                    "holdout: expected at least 2 examples, so that one can be held out, found 1");
        }
        return data.part(drawn(data, 0, Math.toIntExact(heldOut(count))));
    }

    private long heldOut(long count) {
        return share == 0 || count < 2
                ? 0
                : Math.min(count - 1, Math.max(1, Math.round(count * share)));
    }

    /** A range of a random order, sorted. */
    private int[] drawn(DeviceDataset data, int from, int to) {
        int[] order =
                Distributions.permutation(
                        streams.stream(Purpose.HOLDOUT, 0, client), data.exampleCount());
        int[] positions = Arrays.copyOfRange(order, from, to);
        Arrays.sort(positions);
        return positions;
    }
}
