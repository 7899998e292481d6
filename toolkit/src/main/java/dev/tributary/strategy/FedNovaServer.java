package dev.tributary.strategy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.device.GradientScope;
import dev.tributary.objective.FedNovaObjective;
import dev.tributary.parameters.TensorSpec;

/**
 * FedNova's server: {@code w += serverLearningRate * tau_eff * sum(p_k d_k / a_k)} with {@code
 * tau_eff = sum(p_k a_k)} (Wang et al., 2020).
 *
 * <p>Both sums are means of what clients send, see {@link FedNovaObjective}; the global vector's
 * own element of steps stays 0.
 */
public final class FedNovaServer implements ServerOptimizer {
    private final double serverLearningRate;
    private final NDManager manager;
    private double rate;

    /**
     * @param parent the device's manager
     * @param serverLearningRate finite and positive; 1 in the paper
     */
    public FedNovaServer(NDManager parent, double serverLearningRate) {
        this.serverLearningRate = new ServerSgd(serverLearningRate).serverLearningRate();
        this.manager = parent.newSubManager();
    }

    @Override
    public void begin(ServerRound round) {
        Aggregator aggregate = round.aggregate();
        TensorSpec steps = aggregate.layout().tensor(FedNovaObjective.STEPS).orElseThrow();
        try (GradientScope off = GradientScope.off();
                NDManager scope = manager.newSubManager()) {
            NDArray mean = scope.zeros(new Shape(1), DataType.FLOAT32);
            aggregate.finish(steps.offset(), mean);
            rate = serverLearningRate * mean.toFloatArray()[0] * FedNovaObjective.UNIT;
        }
    }

    @Override
    public void step(long from, NDArray trainables, NDArray update) {
        new ServerSgd(rate).step(from, trainables, update);
    }

    @Override
    public void stepAuxiliary(long from, NDArray auxiliaries, NDArray update) {
        // Of one round's clients; nothing is left of it.
    }

    @Override
    public void close() {
        manager.close();
    }
}
