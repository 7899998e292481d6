package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

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
    private final boolean decays;
    private final NDArray momentum;
    private final NDArray decay;
    private final NDArray shrink;
    private final List<NDArray> velocities = new ArrayList<>();

    SgdOptimizer(NDManager manager, OptimizerPlan plan, double rate, List<NDArray> segments) {
        this.rate = rate;
        this.decays = plan.weightDecay() > 0;
        this.momentum = Scalars.of(manager, plan.momentum());
        this.decay = Scalars.of(manager, rate * plan.weightDecay());
        this.shrink = Scalars.of(manager, 1 - rate * plan.weightDecay());
        if (plan.momentum() > 0) {
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
        if (velocities.isEmpty()) {
            if (decays) {
                weights.muli(shrink);
            }
            weights.subi(gradient);
            return;
        }
        if (decays) {
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
