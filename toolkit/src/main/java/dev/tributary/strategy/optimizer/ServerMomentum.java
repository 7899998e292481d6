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
 * {@code v = momentum * v + update; w += serverLearningRate * v}, with {@code v} zero at first.
 *
 * <p>Device memory: one vector.
 */
public final class ServerMomentum implements ServerOptimizer {
    private final double serverLearningRate;
    private final double momentum;
    private final NDArray velocity;

    /**
     * @param manager owns the state
     * @param trainables how many parameters it moves
     * @param serverLearningRate finite and positive
     * @param momentum in [0, 1)
     */
    public ServerMomentum(
            NDManager manager, long trainables, double serverLearningRate, double momentum) {
        this.serverLearningRate = new ServerSgd(serverLearningRate).serverLearningRate();
        this.momentum = Fractions.check("momentum", momentum);
        this.velocity = manager.zeros(new Shape(trainables), DataType.FLOAT32);
    }

    @Override
    public void step(long from, NDArray trainables, NDArray update) {
        try (GradientScope off = GradientScope.off();
                NDManager scalars = trainables.getManager().newSubManager(Device.cpu());
                NDArray v = FlatParameters.slice(velocity, from, from + trainables.size())) {
            v.muli(scalars.create((float) momentum));
            v.addi(update);
            try (NDArray change = v.mul(scalars.create((float) serverLearningRate))) {
                trainables.addi(change);
            }
        }
    }

    @Override
    public Optional<NDArray> state() {
        return Optional.of(velocity);
    }

    @Override
    public void close() {
        velocity.close();
    }
}
