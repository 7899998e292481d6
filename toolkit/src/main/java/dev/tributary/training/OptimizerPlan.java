package dev.tributary.training;

import static java.util.Objects.requireNonNull;

/**
 * Which optimizer trains inside a client, and its hyper-parameters.
 *
 * <p>Formulas are PyTorch's: with SGD, {@code v = momentum * v + (g + weightDecay * w)} and {@code
 * w -= rate * v}; Adam adds the decay to the gradient, AdamW shrinks the weights instead
 * (Loshchilov and Hutter, 2019). Momentum and the betas are ignored by the rules that have none.
 *
 * @param rule the update rule
 * @param learningRate the client learning rate before its schedule, finite and positive
 * @param momentum SGD's momentum, in [0, 1)
 * @param weightDecay L2 decay (SGD, Adam) or decoupled decay (AdamW), finite and not negative
 * @param beta1 Adam's decay of the first moment, in [0, 1)
 * @param beta2 Adam's decay of the second moment, in [0, 1)
 * @param epsilon Adam's denominator term, positive
 */
public record OptimizerPlan(
        Rule rule,
        double learningRate,
        double momentum,
        double weightDecay,
        double beta1,
        double beta2,
        double epsilon) {

    /** The update rules. */
    public enum Rule {
        /** Stochastic gradient descent, with momentum if that is positive. */
        SGD,
        /** Adam (Kingma and Ba, 2015). */
        ADAM,
        /** Adam with decoupled weight decay. */
        ADAMW
    }

    /** Checks the ranges. */
    public OptimizerPlan {
        requireNonNull(rule, "rule is null");
        Ranges.positive("learning rate", learningRate);
        Ranges.fraction("momentum", momentum);
        Ranges.notNegative("weight decay", weightDecay);
        Ranges.fraction("beta1", beta1);
        Ranges.fraction("beta2", beta2);
        Ranges.positive("epsilon", epsilon);
    }

    /** Plain SGD: no momentum, no weight decay. */
    public static OptimizerPlan sgd(double learningRate) {
        return of(Rule.SGD, learningRate);
    }

    /** A rule with the usual defaults: no momentum, no decay, betas 0.9 and 0.999, epsilon 1e-8. */
    public static OptimizerPlan of(Rule rule, double learningRate) {
        return new OptimizerPlan(rule, learningRate, 0, 0, 0.9, 0.999, 1e-8);
    }

    /** The same with another momentum. */
    public OptimizerPlan withMomentum(double newMomentum) {
        return new OptimizerPlan(
                rule, learningRate, newMomentum, weightDecay, beta1, beta2, epsilon);
    }

    /** The same with another weight decay. */
    public OptimizerPlan withWeightDecay(double newWeightDecay) {
        return new OptimizerPlan(
                rule, learningRate, momentum, newWeightDecay, beta1, beta2, epsilon);
    }
}
