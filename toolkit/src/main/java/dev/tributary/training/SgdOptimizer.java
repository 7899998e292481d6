package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.Scalars;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Stochastic gradient descent with momentum and L2 decay, as {@link OptimizerPlan} states it.
 *
 * <p>Within a round the rate is constant, so it is applied to the gradient: the velocity kept here
 * is {@code rate * v}.
 */
final class SgdOptimizer implements FlatOptimizer {
    private final double rate;
    private final @Nullable NDArray momentum;
    private final @Nullable NDArray decay;
    private final @Nullable NDArray shrink;
    private final List<NDArray> velocities = new ArrayList<>();

    SgdOptimizer(NDManager manager, OptimizerPlan plan, double rate, List<NDArray> segments) {
        this.rate = rate;
        // Of many small clients' time, arrays that nobody reads would be a good part.
        boolean remembers = plan.momentum() > 0;
        boolean decays = plan.weightDecay() > 0;
        double step = rate * plan.weightDecay();
        this.momentum = remembers ? Scalars.of(manager, plan.momentum()) : null;
        this.decay = decays && remembers ? Scalars.of(manager, step) : null;
        this.shrink = decays && !remembers ? Scalars.of(manager, 1 - step) : null;
        if (remembers) {
            for (NDArray segment : segments) {
                velocities.add(manager.zeros(segment.getShape()));
            }
        }
    }

    @Override
    public double gradientScale() {
        return rate;
    }

    @Override
    public void beginStep(NDManager step) {
        // Nothing depends on the number of steps.
    }

    @Override
    public void update(int segment, NDArray weights, NDArray gradient) {
        if (shrink != null) {
            weights.muli(shrink);
        }
        if (momentum == null) {
            weights.subi(gradient);
            return;
        }
        if (decay != null) {
            try (NDArray decayed = weights.mul(decay)) {
                gradient.addi(decayed);
            }
        }
        NDArray velocity = velocities.get(segment);
        velocity.muli(momentum);
        velocity.addi(gradient);
        weights.subi(velocity);
    }
}
