package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.Scalars;

import java.util.ArrayList;
import java.util.List;

/** What a step makes of the gradient of the loss. */
sealed interface GradientTerm {

    /**
     * Changes the gradients in place.
     *
     * @param weights as they are, segment by segment
     * @param gradients of the loss, with the optimizer's scale
     */
    void apply(List<NDArray> weights, List<NDArray> gradients);

    /**
     * The terms of a plan and of a correction; usually none.
     *
     * @param segments the weights as received
     * @param scope owns what the terms hold
     * @param gradientScale the factor that the gradients already carry
     */
    static List<GradientTerm> of(
            TrainingPlan plan,
            GradientCorrection correction,
            WeightSegments segments,
            NDManager scope,
            double gradientScale) {
        List<GradientTerm> terms = new ArrayList<>();
        if (plan.proximalMu() > 0) {
            List<NDArray> received =
                    segments.weights().stream().map(weights -> copy(weights, scope)).toList();
            terms.add(new Pull(received, Scalars.of(scope, plan.proximalMu() * gradientScale)));
        }
        if (correction.anchor() != null) {
            List<NDArray> anchor = segments.cut(correction.anchor(), scope);
            terms.add(new Pull(anchor, Scalars.of(scope, correction.mu() * gradientScale)));
        }
        if (correction.shift() != null) {
            NDArray shift = correction.shift().mul(Scalars.of(scope, gradientScale));
            shift.attach(scope);
            terms.add(new Push(segments.cut(shift, scope)));
        }
        if (correction.mask() != null) {
            terms.add(new Mask(segments.cut(correction.mask(), scope)));
        }
        return terms;
    }

    /** A module's weights, and so copies of them, belong to the module, which stays. */
    private static NDArray copy(NDArray weights, NDManager scope) {
        NDArray copy = weights.duplicate();
        copy.attach(scope);
        return copy;
    }

    /** {@code factor * (w - anchor)}: the gradient of a squared distance. */
    record Pull(List<NDArray> anchor, NDArray factor) implements GradientTerm {
        @Override
        public void apply(List<NDArray> weights, List<NDArray> gradients) {
            for (int i = 0; i < gradients.size(); i++) {
                try (NDArray drift = weights.get(i).sub(anchor.get(i))) {
                    drift.muli(factor);
                    gradients.get(i).addi(drift);
                }
            }
        }
    }

    /** Comes last: what is masked does not move, whatever was added. */
    record Mask(List<NDArray> mask) implements GradientTerm {
        @Override
        public void apply(List<NDArray> weights, List<NDArray> gradients) {
            for (int i = 0; i < gradients.size(); i++) {
                gradients.get(i).muli(mask.get(i));
            }
        }
    }

    /** A constant: the gradient of a scalar product. */
    record Push(List<NDArray> shift) implements GradientTerm {
        @Override
        public void apply(List<NDArray> weights, List<NDArray> gradients) {
            for (int i = 0; i < gradients.size(); i++) {
                gradients.get(i).addi(shift.get(i));
            }
        }
    }
}
