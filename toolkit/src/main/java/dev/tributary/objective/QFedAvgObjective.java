package dev.tributary.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.data.Options;
import dev.tributary.device.Scalars;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingPlan;

import java.util.List;
import java.util.Map;

/**
 * q-FedAvg's client: it trains as in FedAvg, and counts the more the larger its loss was at the
 * received model (Li et al., "Fair Resource Allocation in Federated Learning", 2020, algorithm 2).
 *
 * <p>With {@code F} that loss, {@code d} the way of the trainables and {@code r} the learning rate,
 * the paper's {@code 1 / L}, the update is {@code (F^q d, q F^(q-1) |d|^2 / r + F^q)}; the server
 * divides the mean of the first by that of the second. Both are the paper's divided by L, and by
 * {@code m^q}, where m is the clients' mean loss in the round before, which is exchanged too:
 * neither changes the quotient, and the numbers stay near 1, where fixed point is exact enough,
 * however small losses become. Statistics are not weighted.
 *
 * <p>Law: with q = 0 the model is that of FedAvg with clients that count alike, bit for bit.
 *
 * @param q how fair, at least 0 and finite: 0 counts clients alike, the larger the more the worst
 *     count. A client whose loss is far above the mean is out of range where {@code (F / mean)^q}
 *     is
 */
public record QFedAvgObjective(double q) implements LocalObjective {
    /** The option's name. */
    public static final String Q = "q";

    /** The auxiliary element's name: the clients' mean loss at the model before. */
    public static final String LOSS = "qfedavg.loss";

    /** The auxiliary element's name: what the server divides by. */
    public static final String NORMALIZER = "qfedavg.normalizer";

    private static final String NAME = "qfedavg";

    /** A loss of 0 has no power below 0. */
    private static final double LEAST_LOSS = 1e-10;

    @Override
    public ParameterLayout exchangeLayout(ParameterLayout model) {
        return model.toBuilder()
                .add(LOSS, List.of(), ParameterKind.AUXILIARY)
                .add(NORMALIZER, List.of(), ParameterKind.AUXILIARY)
                .build();
    }

    @Override
    public void check(ParameterLayout model, TrainingPlan plan) {
        Plans.requireSgd(NAME, plan);
        Plans.requireNoProximalTerm(NAME, plan);
    }

    @Override
    public UpdateCheck updateCheck(ParameterLayout model, TrainingPlan plan) {
        return (update, exampleCount) -> {
            float normalizer = Vectors.element(update, model.size() + 1);
            if (normalizer < 0) {
                throw new IllegalArgumentException(
                        "%s: expected at least 0, found %s".formatted(NORMALIZER, normalizer));
            }
        };
    }

    @Override
    public LocalResult train(ClientVectors vectors, LocalWork work) {
        double loss;
        try (NDArray received = Vectors.model(vectors.received(), work.layout())) {
            loss = work.evaluate(received).meanLoss();
        }
        LocalResult result = new PlainObjective().train(vectors, work);
        try (NDManager scope = vectors.update().getManager().newSubManager()) {
            weigh(vectors, loss, work, scope);
        }
        return result;
    }

    private void weigh(ClientVectors vectors, double loss, LocalWork work, NDManager scope) {
        long end = work.layout().size();
        NDArray before = Vectors.range(vectors.received(), end, end + 1, scope);
        float mean = before.toFloatArray()[0];
        double present = Math.max(loss, LEAST_LOSS);
        double factor = Math.pow(mean > 0 ? present / mean : present, q);
        NDArray way =
                Vectors.range(
                        vectors.update(), 0, work.layout().size(ParameterKind.TRAINABLE), scope);
        double rate = work.learningRate();
        // The way is r times a gradient: where r comes to nothing, so does this.
        double squared = Vectors.vanishes(rate) ? 0 : Math.pow(Vectors.norm(way, scope), 2) / rate;
        double normalizer = q * factor / present * squared + factor;
        way.muli(Scalars.of(scope, factor));
        NDArray own = scope.create(new float[] {(float) loss - mean, (float) normalizer});
        Vectors.range(vectors.update(), end, end + 2, scope).set(Vectors.ALL, own);
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
            return Map.of(Q, "how much more clients with large losses count; 1 by default");
        }

        @Override
        public LocalObjective create(Options options) {
            return new QFedAvgObjective(options.number(Q, 1, 0, 100));
        }
    }
}
