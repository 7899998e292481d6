package dev.tributary.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.data.Options;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingPlan;

import java.util.Map;

/**
 * FedDyn's client: {@code F_k(w) - <lambda_k, w> + alpha / 2 * |w - received|^2}, then {@code
 * lambda_k -= alpha * (w_k - received)} (Acar et al., "Federated Learning Based on Dynamic
 * Regularization", 2021, algorithm 1).
 *
 * <p>{@code lambda_k}, the gradient at the client's own optimum, is the client's state. Laws: for
 * alpha towards 0 the first update is FedAvg's; where a client's optimum is the received model, it
 * stays there.
 *
 * @param alpha finite and positive
 */
public record FedDynObjective(double alpha) implements LocalObjective {
    /** The option's name. */
    public static final String ALPHA = "alpha";

    private static final String NAME = "feddyn";

    @Override
    public long stateSize(ParameterLayout model) {
        return model.size(ParameterKind.TRAINABLE);
    }

    @Override
    public void check(ParameterLayout model, TrainingPlan plan) {
        Plans.requireNoProximalTerm(NAME, plan);
    }

    @Override
    public LocalResult train(ClientVectors vectors, LocalWork work) {
        NDArray lambda = vectors.state();
        try (NDManager scope = vectors.update().getManager().newSubManager()) {
            NDArray shift = Vectors.product(lambda, -1, scope);
            LocalResult result =
                    PlainObjective.train(
                            vectors,
                            work,
                            new GradientCorrection(alpha, vectors.received(), shift));
            // The server remembers what travels: what is rounded off must not count here either.
            vectors.roundUpdate(exchangeLayout(work.layout()), work.plan().updatePrecision());
            NDArray way = Vectors.range(vectors.update(), 0, lambda.size(), scope);
            lambda.subi(Vectors.product(way, alpha, scope));
            return result;
        }
    }

    /** Makes it by name. */
    public static final class Factory implements LocalObjectiveFactory {
        /** For the service loader. */
        public Factory() {}

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Map<String, String> options() {
            return Map.of(ALPHA, "how strongly a client is held to the model; 0.01 by default");
        }

        @Override
        public LocalObjective create(Options options) {
            return new FedDynObjective(options.number(ALPHA, 0.01, 1e-9, 1e9));
        }
    }
}
