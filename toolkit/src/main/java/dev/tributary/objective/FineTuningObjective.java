package dev.tributary.objective;

import ai.djl.ndarray.NDArray;

import dev.tributary.data.Options;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;

import java.util.Map;

/**
 * A client that takes part as in FedAvg, and for itself goes on from the global model for some
 * epochs by the same plan, each time that it is evaluated (Wang et al., "Federated Evaluation of
 * On-device Personalization", 2019).
 *
 * <p>Law: the update is FedAvg's, bit for bit. Nothing is remembered.
 *
 * @param epochs at least 1
 */
public record FineTuningObjective(int epochs) implements LocalObjective {
    private static final String EPOCHS = "epochs";

    @Override
    public LocalResult train(ClientVectors vectors, LocalWork work) {
        return new PlainObjective().train(vectors, work);
    }

    @Override
    public boolean personal() {
        return true;
    }

    @Override
    public void personalize(NDArray model, NDArray state, LocalWork work) {
        work.train(model, GradientCorrection.NONE, work.plan().withLocalEpochs(epochs));
    }

    /** Makes it by name. */
    public static final class Factory implements LocalObjectiveFactory {
        /** For the service loader. */
        public Factory() {}

        @Override
        public String name() {
            return "fine-tuning";
        }

        @Override
        public Map<String, String> options() {
            return Map.of(EPOCHS, "local epochs before a client evaluates; 1 by default");
        }

        @Override
        public LocalObjective create(Options options) {
            return new FineTuningObjective(options.wholeNumber(EPOCHS, 1, 1, 1_000));
        }
    }
}
