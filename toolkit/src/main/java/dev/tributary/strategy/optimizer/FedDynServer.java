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
 * FedDyn's server: {@code h -= alpha / N * sum(w_k - w)}, then {@code w = mean(w_k) - h / alpha}
 * (Acar et al., 2021, algorithm 1), where the sum is over the updates of the round and N is the
 * number of clients in the federation.
 *
 * <p>What is remembered is {@code -h / alpha}, so that alpha does not appear here, and is not
 * divided by. Device memory: one vector.
 */
public final class FedDynServer implements ServerOptimizer {
    private final NDArray memory;
    private double participation;

    /**
     * @param manager owns the state
     * @param trainables how many parameters it moves
     */
    public FedDynServer(NDManager manager, long trainables) {
        memory = manager.zeros(new Shape(trainables), DataType.FLOAT32);
    }

    @Override
    public void begin(ServerRound round) {
        participation = round.participation();
    }

    @Override
    public void step(long from, NDArray trainables, NDArray update) {
        try (GradientScope off = GradientScope.off();
                NDManager scalars = trainables.getManager().newSubManager(Device.cpu());
                NDArray kept = FlatParameters.slice(memory, from, from + trainables.size())) {
            trainables.addi(update);
            update.muli(scalars.create((float) participation));
            kept.addi(update);
            trainables.addi(kept);
        }
    }

    @Override
    public Optional<NDArray> state() {
        return Optional.of(memory);
    }

    @Override
    public void close() {
        memory.close();
    }
}
