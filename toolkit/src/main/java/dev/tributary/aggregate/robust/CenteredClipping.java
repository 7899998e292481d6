package dev.tributary.aggregate.robust;

/**
 * Each update clipped to a ball around the aggregate of the round before, {@code v += mean((u_i -
 * v) min(1, radius / ||u_i - v||))}, as often as asked (Karimireddy, He and Jaggi, "Learning from
 * History for Byzantine Robust Optimization", 2021); {@code v} is zero before the first round.
 *
 * <p>Unweighted. What an attacker moves in a round is bounded by the radius times the share of its
 * updates. Memory: see {@link UpdateRows}, and one vector, the aggregate before, which is durable
 * on a server; one pass over the updates for each iteration, and two more.
 *
 * @param radius of the ball, finite and positive
 * @param iterations from 1; the paper does with 1
 */
public record CenteredClipping(double radius, int iterations) implements RobustRule {

    /** Checks the numbers. */
    public CenteredClipping {
        NormClipping.requireNorm("radius", radius);
        if (iterations < 1) {
            throw new IllegalArgumentException(
                    "iterations: expected at least 1, found " + iterations);
        }
    }

    /** A difference that is short may be one of long models. */
    @Override
    public boolean movesAlong() {
        return false;
    }

    @Override
    public boolean remembers() {
        return true;
    }

    @Override
    public Combination prepare(UpdateRows updates) {
        double[] mix = new double[updates.rows()];
        mix[updates.updates()] = 1;
        for (int i = 0; i < iterations; i++) {
            mix = clipped(mix, updates.squaredDistancesTo(mix), updates.updates());
        }
        return new Mix(mix);
    }

    /** The centre is a mix of rows, and so is what it moves to. */
    private double[] clipped(double[] centre, double[] squaredDistances, int updates) {
        double[] moved = centre.clone();
        double stays = 1;
        double[] shares = new double[updates];
        for (int i = 0; i < updates; i++) {
            double distance = Math.sqrt(squaredDistances[i]);
            shares[i] = Math.min(1, radius / distance) / updates;
            stays -= shares[i];
        }
        for (int i = 0; i < moved.length; i++) {
            moved[i] = centre[i] * stays + (i < updates ? shares[i] : 0);
        }
        return moved;
    }
}
