package dev.tributary.strategy.optimizer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.device.GradientScope;
import dev.tributary.parameters.FlatParameters;

import java.util.Optional;

/**
 * The adaptive server optimizers of Reddi et al., "Adaptive Federated Optimization" (2021),
 * algorithm 2, without bias correction as there.
 *
 * <p>With the update {@code d}: {@code m = beta1 * m + (1 - beta1) * d}, then {@code v} by the
 * {@link Rule}, then {@code w += serverLearningRate * m / (sqrt(v) + tau)}. At first {@code m} is 0
 * and {@code v} is {@code tau^2}. All element by element.
 *
 * <p>Device memory: two vectors, and two more during a step.
 */
public final class AdaptiveServerOptimizer implements ServerOptimizer {

    /** How the second moment follows the updates. */
    public enum Rule {
        /** {@code v = v + d^2}; beta2 has no meaning. */
        ADAGRAD,
        /** {@code v = beta2 * v + (1 - beta2) * d^2}. */
        ADAM,
        /** {@code v = v - (1 - beta2) * d^2 * sign(v - d^2)}: grows slowly where d is large. */
        YOGI
    }

    /**
     * The settings.
     *
     * @param rule how the second moment follows
     * @param serverLearningRate finite and positive
     * @param beta1 memory of the first moment, in [0, 1)
     * @param beta2 memory of the second moment, in [0, 1)
     * @param tau adaptivity, finite and positive: the smaller, the more adaptive
     */
    public record Settings(
            Rule rule, double serverLearningRate, double beta1, double beta2, double tau) {
        /** Checks the ranges. */
        public Settings {
            new ServerSgd(serverLearningRate).close();
            Fractions.check("beta1", beta1);
            Fractions.check("beta2", beta2);
            // Its square is a float32 that must not vanish.
            if (!(tau >= 1e-18) || Double.isInfinite(tau)) {
                throw new IllegalArgumentException(
                        "tau: expected a finite number, at least 1e-18, found " + tau);
            }
        }
    }

    private final Settings settings;
    private final NDManager manager;
    private final NDArray state;
    private final NDArray first;
    private final NDArray second;

    /**
     * @param parent owns the state until close
     * @param trainables how many parameters it moves
     * @param settings all else
     */
    public AdaptiveServerOptimizer(NDManager parent, long trainables, Settings settings) {
        this.settings = settings;
        this.manager = parent.newSubManager();
        try (GradientScope off = GradientScope.off()) {
            state = manager.zeros(new Shape(2 * trainables), DataType.FLOAT32);
            first = FlatParameters.slice(state, 0, trainables);
            second = FlatParameters.slice(state, trainables, 2 * trainables);
            try (NDManager scalars = manager.newSubManager(Device.cpu())) {
                second.addi(scalars.create((float) (settings.tau * settings.tau)));
            }
        }
    }

    @Override
    public void step(long from, NDArray trainables, NDArray update) {
        long to = from + trainables.size();
        try (GradientScope off = GradientScope.off();
                NDManager scope = manager.newSubManager();
                NDManager scalars = scope.newSubManager(Device.cpu())) {
            NDArray m = range(first, from, to, scope);
            NDArray v = range(second, from, to, scope);
            NDArray squares = update.mul(update);
            squares.attach(scope);
            m.muli(scalar(scalars, settings.beta1));
            update.muli(scalar(scalars, 1 - settings.beta1));
            m.addi(update);
            followSquares(v, squares, scope, scalars);
            NDArray denominator = v.sqrt();
            denominator.attach(scope);
            denominator.addi(scalar(scalars, settings.tau));
            NDArray change = m.div(denominator);
            change.attach(scope);
            change.muli(scalar(scalars, settings.serverLearningRate));
            trainables.addi(change);
        }
    }

    @Override
    public Optional<NDArray> state() {
        return Optional.of(state);
    }

    @Override
    public void close() {
        manager.close();
    }

    private void followSquares(NDArray v, NDArray squares, NDManager scope, NDManager scalars) {
        NDArray share = scalar(scalars, 1 - settings.beta2);
        switch (settings.rule) {
            case ADAGRAD -> v.addi(squares);
            case ADAM -> {
                v.muli(scalar(scalars, settings.beta2));
                squares.muli(share);
                v.addi(squares);
            }
            case YOGI -> {
                NDArray sign = v.sub(squares);
                sign.attach(scope);
                sign.signi();
                squares.muli(share);
                squares.muli(sign);
                v.subi(squares);
            }
        }
    }

    private static NDArray range(NDArray state, long from, long to, NDManager scope) {
        NDArray view = FlatParameters.slice(state, from, to);
        view.attach(scope);
        return view;
    }

    private static NDArray scalar(NDManager scalars, double value) {
        return scalars.create((float) value);
    }
}
