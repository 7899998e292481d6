package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import java.util.List;

/**
 * FedProx's addition to the local objective, {@code mu / 2 * |w - received|^2}, as its gradient (Li
 * et al., "Federated Optimization in Heterogeneous Networks", 2020).
 *
 * <p>Holds a copy of the received weights.
 */
final class ProximalTerm {
    private final List<NDArray> received;
    private final NDArray factor;

    /**
     * @param scope owns the constant
     * @param weights as received, segment by segment; copied, and the copies belong to their
     *     managers
     * @param mu positive
     * @param gradientScale the factor that the gradients already carry
     */
    ProximalTerm(NDManager scope, List<NDArray> weights, double mu, double gradientScale) {
        this.received = weights.stream().map(NDArray::duplicate).toList();
        this.factor = Scalars.of(scope, mu * gradientScale);
    }

    /** Adds the gradient of the term in place. */
    void add(List<NDArray> weights, List<NDArray> gradients) {
        for (int i = 0; i < gradients.size(); i++) {
            try (NDArray drift = weights.get(i).sub(received.get(i))) {
                drift.muli(factor);
                gradients.get(i).addi(drift);
            }
        }
    }
}
