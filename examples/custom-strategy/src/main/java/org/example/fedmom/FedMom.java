package org.example.fedmom;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.data.Options;
import dev.tributary.device.GradientScope;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.optimizer.ServerOptimizer;

import java.util.Map;
import java.util.Optional;

/**
 * FedMom: FedAvg with Nesterov's momentum on the server (Huo et al., "Faster On-Device Training
 * Using New Federated Momentum Algorithm", 2020).
 *
 * <p>In the paper {@code v' = w + η d; w' = v' + β (v' - v)}. With {@code u = v' - v}, zero at
 * first, that is {@code u = β u + η d; w += η d + β u}: one vector to remember.
 */
public final class FedMom implements StrategyFactory {

    /** For the service loader. */
    public FedMom() {}

    @Override
    public String name() {
        return "fedmom";
    }

    @Override
    public Map<String, String> options() {
        return Map.of("momentum", "memory of earlier updates, in [0, 1); 0.9 by default");
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        double momentum = options.number("momentum", 0.9, 0, Math.nextDown(1.0));
        return Strategy.fedAvg(serverLearningRate)
                .withServerOptimizer(
                        "FedMom",
                        (manager, trainables) ->
                                new Nesterov(
                                        manager.zeros(new Shape(trainables), DataType.FLOAT32),
                                        (float) serverLearningRate,
                                        (float) momentum));
    }

    /** The model comes range by range; what is remembered lies in one vector beside it. */
    private record Nesterov(NDArray memory, float rate, float momentum) implements ServerOptimizer {

        @Override
        public void step(long from, NDArray trainables, NDArray update) {
            try (GradientScope off = GradientScope.off();
                    NDManager scalars = trainables.getManager().newSubManager(Device.cpu());
                    NDArray u = FlatParameters.slice(memory, from, from + update.size())) {
                NDArray beta = scalars.create(momentum);
                update.muli(scalars.create(rate));
                u.muli(beta).addi(update);
                trainables.addi(update);
                try (NDArray ahead = u.mul(beta)) {
                    trainables.addi(ahead);
                }
            }
        }

        /** Saved with each version of the model, so that a killed server goes on exactly. */
        @Override
        public Optional<NDArray> state() {
            return Optional.of(memory);
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}
