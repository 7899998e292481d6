package dev.tributary.objective;

import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.TrainingPlan;

import java.util.Locale;

/** What objectives ask of a plan. */
final class Plans {
    private Plans() {}

    /** The objective has its own idea of what holds a client to the received model. */
    static void requireNoProximalTerm(String objective, TrainingPlan plan) {
        if (plan.proximalMu() > 0) {
            throw new IllegalArgumentException(
                    "training.proximal-mu: expected 0 with %s, found %s"
                            .formatted(objective, plan.proximalMu()));
        }
    }

    /** There is one gradient at one model. */
    static void requireOneEpoch(String objective, TrainingPlan plan) {
        if (plan.localEpochs() != 1) {
            throw new IllegalArgumentException(
                    "training.local-epochs: expected 1 with %s, found %s"
                            .formatted(objective, plan.localEpochs()));
        }
    }

    /** The objective holds some weights still, and decay moves all. */
    static void requireNoWeightDecay(String objective, TrainingPlan plan) {
        if (plan.optimizer().weightDecay() > 0) {
            throw new IllegalArgumentException(
                    "training.optimizer.weight-decay: expected 0 with %s, found %s"
                            .formatted(objective, plan.optimizer().weightDecay()));
        }
    }

    /** The objective reads gradients off the distance that a client went. */
    static void requireSgd(String objective, TrainingPlan plan) {
        if (plan.optimizer().rule() != OptimizerPlan.Rule.SGD) {
            throw new IllegalArgumentException(
                    "training.optimizer.rule: expected sgd with %s, found %s"
                            .formatted(
                                    objective,
                                    plan.optimizer().rule().name().toLowerCase(Locale.ROOT)));
        }
    }

    /** The gradient is that of the examples as they are. */
    static void requireNoAugmentation(String objective, TrainingPlan plan) {
        if (plan.augmentation().active()) {
            throw new IllegalArgumentException(
                    "training.augmentation: expected none with %s, found %s"
                            .formatted(objective, plan.augmentation()));
        }
    }

    /** As {@link #requireSgd}, where a step must be the gradient times the rate. */
    static void requirePlainSgd(String objective, TrainingPlan plan) {
        requireSgd(objective, plan);
        if (plan.optimizer().momentum() > 0) {
            throw new IllegalArgumentException(
                    "training.optimizer.momentum: expected 0 with %s, found %s"
                            .formatted(objective, plan.optimizer().momentum()));
        }
    }
}
