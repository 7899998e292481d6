package dev.tributary.objective;

import ai.djl.ndarray.NDArray;

import dev.tributary.data.Options;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;

/**
 * The loss alone, as in FedAvg (McMahan et al., "Communication-Efficient Learning of Deep Networks
 * from Decentralized Data", 2017); with {@code training.proximal-mu} it is FedProx.
 */
public record PlainObjective() implements LocalObjective {

    @Override
    public LocalResult train(ClientVectors vectors, LocalWork work) {
        return train(vectors, work, GradientCorrection.NONE);
    }

    /** What most objectives do: train a copy of the received model, and keep the difference. */
    static LocalResult train(ClientVectors vectors, LocalWork work, GradientCorrection correction) {
        vectors.update().set(Vectors.ALL, vectors.received());
        try (NDArray model = vectors.model(work.layout())) {
            LocalResult result = work.train(model, correction);
            vectors.update().subi(vectors.received());
            return result;
        }
    }

    /** Makes it by name. */
    public static final class Factory implements LocalObjectiveFactory {
        /** For the service loader. */
        public Factory() {}

        @Override
        public String name() {
            return ObjectiveSpec.PLAIN.name();
        }

        @Override
        public LocalObjective create(Options options) {
            return new PlainObjective();
        }
    }
}
