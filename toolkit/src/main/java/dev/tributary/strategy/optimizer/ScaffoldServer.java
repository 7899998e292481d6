package dev.tributary.strategy.optimizer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.GradientScope;

/**
 * SCAFFOLD's server: {@code w += serverLearningRate * mean(w_k - w)} and {@code c += |S| / N *
 * mean(c_k+ - c_k)}, where |S| of N clients have sent an update (Karimireddy et al., 2020,
 * algorithm 1).
 *
 * <p>The control variate is exchanged beside the model, and so is as durable as that.
 */
public final class ScaffoldServer implements ServerOptimizer {
    private final ServerSgd model;
    private double participation;

    /** With a rate that is finite and positive; 1 in most of the paper's experiments. */
    public ScaffoldServer(double serverLearningRate) {
        model = new ServerSgd(serverLearningRate);
    }

    @Override
    public void begin(ServerRound round) {
        participation = round.participation();
    }

    @Override
    public void step(long from, NDArray trainables, NDArray update) {
        model.step(from, trainables, update);
    }

    @Override
    public void stepAuxiliary(long from, NDArray auxiliaries, NDArray update) {
        try (GradientScope off = GradientScope.off();
                NDManager scalars = auxiliaries.getManager().newSubManager(Device.cpu())) {
            update.muli(scalars.create((float) participation));
            auxiliaries.addi(update);
        }
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
