package dev.tributary.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.data.Options;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingPlan;
import dev.tributary.training.UpdateForm;

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
        FlatParameters.copy(vectors.received(), vectors.update());
        try (NDArray model = vectors.model(work.layout())) {
            LocalResult result = work.train(model, correction);
            subtract(vectors, work);
            return result;
        }
    }

    /** Of what is there, what is not to be sent. */
    private static void subtract(ClientVectors vectors, LocalWork work) {
        long first =
                switch (work.plan().updateForm()) {
                    case DELTA -> 0;
                    case WEIGHTS -> vectors.update().size();
                    case GRADIENT -> work.layout().size(ParameterKind.TRAINABLE);
                };
        long end = vectors.update().size();
        if (first == 0) {
            vectors.update().subi(vectors.received());
        } else if (first < end) {
            try (NDManager scope = vectors.update().getManager().newSubManager()) {
                Vectors.range(vectors.update(), first, end, scope)
                        .subi(Vectors.range(vectors.received(), first, end, scope));
            }
        }
    }

    @Override
    public void check(ParameterLayout model, TrainingPlan plan) {
        if (plan.updateForm() == UpdateForm.GRADIENT) {
            Plans.requireNoProximalTerm("update: gradient", plan);
            Plans.requireNoWeightDecay("update: gradient", plan);
            Plans.requireOneEpoch("update: gradient", plan);
            Plans.requireNoAugmentation("update: gradient", plan);
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
