package dev.tributary.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.data.Options;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingPlan;

import java.util.List;

/**
 * SCAFFOLD's client with option II (Karimireddy et al., "SCAFFOLD: Stochastic Controlled Averaging
 * for Federated Learning", 2020, algorithm 1).
 *
 * <p>Each of K steps adds {@code c - c_k} to the gradient; then {@code c_k+ = c_k - c + (w - w_k) /
 * (K * rate)}, and the update is {@code (w_k - w, c_k+ - c_k)}. The server's control variate {@code
 * c} is exchanged beside the model, as large as its trainables; {@code c_k} is the client's state.
 * At a rate of 0, where a schedule may end, nobody moves, and {@code c_k} stays.
 *
 * <p>Laws: as long as all control variates are 0 the model's part of the update is FedAvg's, bit
 * for bit; with all clients in each round {@code c} is the mean of the {@code c_k}.
 */
public record ScaffoldObjective() implements LocalObjective {
    private static final String NAME = "scaffold";
    private static final String PREFIX = "scaffold.control.";

    @Override
    public ParameterLayout exchangeLayout(ParameterLayout model) {
        List<TensorSpec> trainables =
                model.tensors().stream()
                        .filter(tensor -> tensor.kind() == ParameterKind.TRAINABLE)
                        .toList();
        ParameterLayout.Builder exchange = model.toBuilder();
        for (TensorSpec tensor : trainables) {
            exchange.add(PREFIX + tensor.name(), tensor.shape(), ParameterKind.AUXILIARY);
        }
        return exchange.build();
    }

    @Override
    public long stateSize(ParameterLayout model) {
        return model.size(ParameterKind.TRAINABLE);
    }

    @Override
    public void check(ParameterLayout model, TrainingPlan plan) {
        Plans.requirePlainSgd(NAME, plan);
        Plans.requireNoProximalTerm(NAME, plan);
    }

    @Override
    public LocalResult train(ClientVectors vectors, LocalWork work) {
        long first = work.layout().size();
        long n = stateSize(work.layout());
        NDArray own = vectors.state();
        try (NDManager scope = vectors.update().getManager().newSubManager()) {
            NDArray global = Vectors.range(vectors.received(), first, first + n, scope);
            NDArray shift = Vectors.difference(global, own, scope);
            LocalResult result =
                    PlainObjective.train(vectors, work, GradientCorrection.push(shift));
            double length = result.steps() * work.learningRate();
            if (Vectors.vanishes(length)) {
                return result;
            }
            NDArray way = Vectors.range(vectors.update(), 0, n, scope);
            NDArray next = Vectors.product(way, -1 / length, scope);
            next.subi(shift);
            Vectors.range(vectors.update(), first, first + n, scope)
                    .set(Vectors.ALL, Vectors.difference(next, own, scope));
            own.set(Vectors.ALL, next);
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
        public LocalObjective create(Options options) {
            return new ScaffoldObjective();
        }
    }
}
