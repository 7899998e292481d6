package dev.tributary.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.data.Options;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.TensorNames;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingPlan;

import java.util.List;
import java.util.Map;

/**
 * Some tensors stay with their client: each trains the whole model, but of those tensors it keeps
 * its own, and the global model never moves there.
 *
 * <p>With the last layers local it is FedPer (Arivazhagan et al., "Federated Learning with
 * Personalization Layers", 2019); with all of BatchNorm local, running statistics included, it is
 * FedBN (Li et al., "FedBN: Federated Learning on Non-IID Features via Local Batch Normalization",
 * 2021). A client begins with the initial model's tensors. State: the local tensors, and whether
 * there are any.
 *
 * <p>Law: the local tensors' part of every update is 0.
 */
public final class LocalLayersObjective implements LocalObjective {
    /** DJL names a parameter by its layers' names and positions. */
    private static final TensorNames BATCH_NORM = new TensorNames(List.of("*BatchNorm_*"));

    private final String name;
    private final TensorNames tensors;
    private final Training training;

    /** How a client trains the whole model, its own tensors in it. */
    @FunctionalInterface
    interface Training {
        LocalResult train(NDArray model, LocalWork work);
    }

    LocalLayersObjective(String name, TensorNames tensors, Training training) {
        this.name = name;
        this.tensors = tensors;
        this.training = training;
    }

    private static LocalLayersObjective jointly(String name, TensorNames tensors) {
        return new LocalLayersObjective(
                name, tensors, (model, work) -> work.train(model, GradientCorrection.NONE));
    }

    @Override
    public long stateSize(ParameterLayout model) {
        return 1 + tensors.in(model).stream().mapToLong(TensorSpec::size).sum();
    }

    @Override
    public void check(ParameterLayout model, TrainingPlan plan) {
        tensors.check(name, model);
    }

    @Override
    public LocalResult train(ClientVectors vectors, LocalWork work) {
        NDArray update = vectors.update();
        update.set(Vectors.ALL, vectors.received());
        try (NDArray model = vectors.model(work.layout())) {
            personalize(model, vectors.state(), work);
            LocalResult result = training.train(model, work);
            keep(model, vectors.state(), work.layout());
            update.subi(vectors.received());
            forget(update, work.layout());
            return result;
        }
    }

    @Override
    public boolean personal() {
        return true;
    }

    @Override
    public void personalize(NDArray model, NDArray state, LocalWork work) {
        Memory memory = new Memory(state);
        if (memory.isPresent()) {
            each(model, state, work.layout(), (tensor, kept) -> tensor.set(Vectors.ALL, kept));
        }
    }

    private void keep(NDArray model, NDArray state, ParameterLayout layout) {
        each(model, state, layout, (tensor, kept) -> kept.set(Vectors.ALL, tensor));
        new Memory(state).setPresent();
    }

    private void forget(NDArray update, ParameterLayout layout) {
        for (TensorSpec tensor : tensors.in(layout)) {
            try (NDManager scope = update.getManager().newSubManager()) {
                NDArray part = Vectors.range(update, tensor.offset(), tensor.end(), scope);
                part.set(Vectors.ALL, scope.zeros(part.getShape()));
            }
        }
    }

    private interface Pair {
        void of(NDArray tensor, NDArray kept);
    }

    private void each(NDArray model, NDArray state, ParameterLayout layout, Pair action) {
        long at = 0;
        try (NDManager scope = model.getManager().newSubManager()) {
            for (TensorSpec tensor : tensors.in(layout)) {
                action.of(
                        Vectors.range(model, tensor.offset(), tensor.end(), scope),
                        Vectors.range(state, at, at + tensor.size(), scope));
                at += tensor.size();
            }
        }
    }

    /** Makes FedPer by name. */
    public static final class FedPer implements LocalObjectiveFactory {
        /** For the service loader. */
        public FedPer() {}

        @Override
        public String name() {
            return "fedper";
        }

        @Override
        public Map<String, String> options() {
            return LocalTensors.OPTION;
        }

        @Override
        public LocalObjective create(Options options) {
            return jointly(name(), LocalTensors.read(options));
        }
    }

    /** Makes FedBN by name. */
    public static final class FedBn implements LocalObjectiveFactory {
        /** For the service loader. */
        public FedBn() {}

        @Override
        public String name() {
            return "fedbn";
        }

        @Override
        public LocalObjective create(Options options) {
            return jointly(name(), BATCH_NORM);
        }
    }
}
