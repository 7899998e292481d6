package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.strategy.RoundSchedule;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.sampling.RingSampler;

/**
 * Cyclic weight transfer: the model is handed on from client to client, by id and round again
 * (Chang et al., "Distributed deep learning networks among institutions for medical imaging",
 * 2018). A round is one client's turn.
 */
public final class CyclicTransfer implements StrategyFactory {

    /** For the service loader. */
    public CyclicTransfer() {}

    @Override
    public String name() {
        return "cyclic";
    }

    @Override
    public Strategy create(double serverLearningRate, Options options) {
        return Strategy.fedAvg(serverLearningRate)
                .withSampler(new RingSampler())
                .withSchedule("Cyclic", new RoundSchedule.Cyclic());
    }
}
