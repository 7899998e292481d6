package dev.tributary.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.data.Options;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingPlan;

import java.util.Map;

/**
 * Ditto's client: it takes part as in FedAvg, and beside that trains a model of its own, {@code
 * F_k(v) + lambda / 2 * |v - received|^2}, by the same plan (Li et al., "Ditto: Fair and Robust
 * Federated Learning Through Personalization", 2021, algorithm 1).
 *
 * <p>The personal model begins as the first received one. State: the personal model, and whether
 * there is one. Law: the update is FedAvg's, bit for bit.
 *
 * @param lambda how strongly the personal model is held to the global one, at least 0 and finite
 */
public record DittoObjective(double lambda) implements LocalObjective {
    /** The option's name. */
    public static final String LAMBDA = "lambda";

    private static final String NAME = "ditto";

    @Override
    public long stateSize(ParameterLayout model) {
        return model.size() + 1;
    }

    @Override
    public void check(ParameterLayout model, TrainingPlan plan) {
        Plans.requireNoProximalTerm(NAME, plan);
    }

    @Override
    public LocalResult train(ClientVectors vectors, LocalWork work) {
        LocalResult result = new PlainObjective().train(vectors, work);
        Memory memory = new Memory(vectors.state());
        try (NDManager scope = vectors.state().getManager().newSubManager()) {
            NDArray own = Vectors.range(vectors.state(), 0, work.layout().size(), scope);
            if (!memory.isPresent()) {
                own.set(Vectors.ALL, vectors.received());
                memory.setPresent();
            }
            work.train(own, GradientCorrection.pull(lambda, vectors.received()));
        }
        return result;
    }

    @Override
    public boolean personal() {
        return true;
    }

    @Override
    public void personalize(NDArray model, NDArray state, LocalWork work) {
        if (new Memory(state).isPresent()) {
            try (NDManager scope = state.getManager().newSubManager()) {
                model.set(Vectors.ALL, Vectors.range(state, 0, model.size(), scope));
            }
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
            return Map.of(LAMBDA, "pull of the global model on the personal one; 0.1 by default");
        }

        @Override
        public LocalObjective create(Options options) {
            return new DittoObjective(options.number(LAMBDA, 0.1, 0, 1e9));
        }
    }
}
