package dev.tributary.objective;

import ai.djl.ndarray.NDManager;

import dev.tributary.data.Options;
import dev.tributary.device.Scalars;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingPlan;

import java.util.List;

/**
 * FedNova's client: the loss alone, but the way that it went is divided by its length in steps
 * (Wang et al., "Tackling the Objective Inconsistency Problem in Heterogeneous Federated
 * Optimization", 2020).
 *
 * <p>With {@code tau_k} steps of SGD the update is {@code ((w_k - w) / a_k, a_k)}, where {@code a_k
 * = tau_k}, or with momentum {@code rho}, {@code a_k = (tau_k - rho * (1 - rho^tau_k) / (1 - rho))
 * / (1 - rho)}: how often gradients have been applied. The means of both meet on the server.
 * Statistics are not divided.
 */
public record FedNovaObjective() implements LocalObjective {
    /** The auxiliary element's name: steps, in units of {@link #UNIT}. */
    public static final String STEPS = "fednova.steps";

    /** Exact in floats, and keeps the element in the range of usual updates. */
    public static final double UNIT = 1024;

    private static final String NAME = "fednova";

    @Override
    public ParameterLayout exchangeLayout(ParameterLayout model) {
        return model.toBuilder().add(STEPS, List.of(), ParameterKind.AUXILIARY).build();
    }

    @Override
    public void check(ParameterLayout model, TrainingPlan plan) {
        Plans.requireSgd(NAME, plan);
        Plans.requireNoProximalTerm(NAME, plan);
    }

    /** One client that claims a million steps would move the model by a million gradients. */
    @Override
    public UpdateCheck updateCheck(ParameterLayout model, TrainingPlan plan) {
        double momentum = plan.optimizer().momentum();
        return (update, exampleCount) -> {
            float found = Vectors.element(update, model.size());
            double most = applied(plan.steps(exampleCount), momentum);
            if (!(found >= 1 / UNIT && found <= (float) (most / UNIT))) {
                throw new IllegalArgumentException(
                        "%s: expected 1 to %s steps of %d examples, found %s"
                                .formatted(STEPS, most, exampleCount, found * UNIT));
            }
        };
    }

    @Override
    public LocalResult train(ClientVectors vectors, LocalWork work) {
        LocalResult result = new PlainObjective().train(vectors, work);
        double applied = applied(result.steps(), work.plan().optimizer().momentum());
        long trainables = work.layout().size(ParameterKind.TRAINABLE);
        long steps = work.layout().size();
        try (NDManager scope = vectors.update().getManager().newSubManager()) {
            Vectors.range(vectors.update(), 0, trainables, scope)
                    .muli(Scalars.of(scope, 1 / applied));
            Vectors.range(vectors.update(), steps, steps + 1, scope)
                    .addi(Scalars.of(scope, applied / UNIT));
        }
        return result;
    }

    /** How often gradients are applied in so many steps: the paper's 1-norm of a. */
    static double applied(long steps, double momentum) {
        double echo = momentum * (1 - Math.pow(momentum, (double) steps)) / (1 - momentum);
        return (steps - echo) / (1 - momentum);
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
            return new FedNovaObjective();
        }
    }
}
