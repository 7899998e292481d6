package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.Scalars;

import java.util.ArrayList;
import java.util.List;

/**
 * Adam and AdamW (Kingma and Ba, 2015; Loshchilov and Hutter, 2019).
 *
 * <p>The moments are kept without their factors {@code 1 - beta}, which go into two numbers a step
 * instead of two passes over the vector: with {@code c1 = rate * (1 - beta1) / (1 - beta1^t)} and
 * {@code c2 = sqrt((1 - beta2) / (1 - beta2^t))}, the step is {@code (c1 / c2) * m / (sqrt(v) +
 * epsilon / c2)}.
 */
final class AdamOptimizer implements FlatOptimizer {
    private final OptimizerPlan plan;
    private final double rate;
    private final NDArray beta1;
    private final NDArray beta2;
    private final NDArray decay;
    private final NDArray shrink;
    private final List<NDArray> firstMoments = new ArrayList<>();
    private final List<NDArray> secondMoments = new ArrayList<>();
    private int steps;
    private NDArray stepSize;
    private NDArray epsilon;

    AdamOptimizer(NDManager manager, OptimizerPlan plan, double rate, List<NDArray> segments) {
        this.plan = plan;
        this.rate = rate;
        this.beta1 = Scalars.of(manager, plan.beta1());
        this.beta2 = Scalars.of(manager, plan.beta2());
        this.decay = Scalars.of(manager, plan.weightDecay());
        this.shrink = Scalars.of(manager, 1 - rate * plan.weightDecay());
        this.stepSize = beta1;
        this.epsilon = beta2;
        for (NDArray segment : segments) {
            firstMoments.add(manager.zeros(segment.getShape()));
            secondMoments.add(manager.zeros(segment.getShape()));
        }
    }

    @Override
    public double gradientScale() {
        return 1;
    }

    @Override
    public void beginStep(NDManager step) {
        steps++;
        double c1 = rate * (1 - plan.beta1()) / (1 - Math.pow(plan.beta1(), steps));
        double c2 = Math.sqrt((1 - plan.beta2()) / (1 - Math.pow(plan.beta2(), steps)));
        stepSize = Scalars.of(step, c1 / c2);
        epsilon = Scalars.of(step, plan.epsilon() / c2);
    }

    @Override
    public void update(int segment, NDArray weights, NDArray gradient) {
        applyDecay(weights, gradient);
        NDArray first = firstMoments.get(segment);
        first.muli(beta1);
        first.addi(gradient);
        gradient.muli(gradient);
        NDArray second = secondMoments.get(segment);
        second.muli(beta2);
        second.addi(gradient);
        try (NDArray denominator = second.sqrt()) {
            denominator.addi(epsilon);
            try (NDArray change = first.div(denominator)) {
                change.muli(stepSize);
                weights.subi(change);
            }
        }
    }

    private void applyDecay(NDArray weights, NDArray gradient) {
        if (plan.weightDecay() == 0) {
            return;
        }
        if (plan.rule() == OptimizerPlan.Rule.ADAMW) {
            weights.muli(shrink);
            return;
        }
        try (NDArray decayed = weights.mul(decay)) {
            gradient.addi(decayed);
        }
    }
}
