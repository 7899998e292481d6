package dev.tributary.aggregate.robust;

import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.parameters.ParameterLayout;

/**
 * The mean, weighted by examples, of updates of which none is longer than a norm: longer ones are
 * scaled down to it (Sun et al., "Can You Really Backdoor Federated Learning?", 2019).
 *
 * <p>The norm is that of all but the counters. Nothing is kept: an update is read twice when it
 * comes, for its norm and for the {@link ExactWeightedMean}.
 *
 * @param norm the longest update, in the L2 norm, finite and positive
 */
public record NormClipping(double norm) implements Aggregator.Factory {

    /** Checks the norm. */
    public NormClipping {
        requireNorm("norm", norm);
    }

    @Override
    public Aggregator apply(NDManager manager, ParameterLayout layout) {
        return new ClippedMean(manager, layout, norm);
    }

    /** A difference that is short may be one of long models. */
    @Override
    public boolean movesAlong() {
        return false;
    }

    static void requireNorm(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "%s: expected a finite positive number, found %s".formatted(name, value));
        }
    }
}
