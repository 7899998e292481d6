package dev.tributary.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.data.Options;
import dev.tributary.device.Scalars;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.TensorNames;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingPlan;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * FedRep's client: first its own head alone, on the representation that it received, then the
 * representation alone, by the plan (Collins et al., "Exploiting Shared Representations for
 * Personalized Federated Learning", 2021, algorithm 1).
 *
 * <p>The head is what stays local; all else, running statistics included, is shared. State, and who
 * begins with what, are those of {@link LocalLayersObjective}. Laws: the head's part of every
 * update is 0; the body that is sent was trained with the head that is kept.
 */
public final class FedRepObjective implements LocalObjective {
    private static final String NAME = "fedrep";
    private static final String HEAD_EPOCHS = "head-epochs";

    private final LocalLayersObjective layers;
    private final TensorNames head;
    private final int headEpochs;

    private FedRepObjective(TensorNames head, int headEpochs) {
        this.head = head;
        this.headEpochs = headEpochs;
        this.layers = new LocalLayersObjective(NAME, head, this::alternate);
    }

    @Override
    public long stateSize(ParameterLayout model) {
        return layers.stateSize(model);
    }

    @Override
    public void check(ParameterLayout model, TrainingPlan plan) {
        layers.check(model, plan);
        Plans.requireNoWeightDecay(NAME, plan);
        Plans.requireNoProximalTerm(NAME, plan);
    }

    @Override
    public LocalResult train(ClientVectors vectors, LocalWork work) {
        return layers.train(vectors, work);
    }

    @Override
    public boolean personal() {
        return true;
    }

    @Override
    public void personalize(NDArray model, NDArray state, LocalWork work) {
        layers.personalize(model, state, work);
    }

    private LocalResult alternate(NDArray model, LocalWork work) {
        try (NDManager scope = model.getManager().newSubManager()) {
            NDArray mask = scope.zeros(model.getShape());
            for (TensorSpec tensor : head.in(work.layout())) {
                NDArray part = Vectors.range(mask, tensor.offset(), tensor.end(), scope);
                part.addi(Scalars.of(scope, 1));
            }
            work.train(
                    model, GradientCorrection.only(mask), work.plan().withLocalEpochs(headEpochs));
            // The rest: 0 where it was 1.
            mask.muli(Scalars.of(scope, -1));
            mask.addi(Scalars.of(scope, 1));
            return work.train(model, GradientCorrection.only(mask));
        }
    }

    /** Makes it by name. */
    public static final class Factory implements LocalObjectiveFactory {
        /** For the service loader. */
        public Factory() {}

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Map<String, String> options() {
            Map<String, String> options = new LinkedHashMap<>(LocalTensors.OPTION);
            options.put(HEAD_EPOCHS, "local epochs of the head, before the body's; 10 by default");
            return options;
        }

        @Override
        public LocalObjective create(Options options) {
            return new FedRepObjective(
                    LocalTensors.read(options), options.wholeNumber(HEAD_EPOCHS, 10, 1, 1_000));
        }
    }
}
