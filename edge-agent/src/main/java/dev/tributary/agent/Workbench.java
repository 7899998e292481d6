package dev.tributary.agent;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;

import dev.tributary.device.GradientScope;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.EvaluationResult;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;

import org.jspecify.annotations.Nullable;

/**
 * Where one client at a time works: a model, and the memory to receive and train it.
 *
 * <p>Clients of one process take turns, so that memory grows with those that compute at a time and
 * not with those that are hosted. One thread at a time; the {@link WorkbenchPool} hands it over.
 */
final class Workbench implements AutoCloseable {
    private record Setup(ModelSpec model, ModelTrainer trainer, ModelVectors vectors)
            implements AutoCloseable {
        @Override
        public void close() {
            vectors.close();
            trainer.close();
        }
    }

    private final ModelTrainers trainers;
    private final Device device;
    private @Nullable Setup setup;

    Workbench(ModelTrainers trainers, Device device) {
        this.trainers = trainers;
        this.device = device;
    }

    /** Builds the model, unless it is there from an earlier round. */
    ParameterLayout prepare(ModelSpec model) {
        Setup present = setup;
        if (present == null || !present.model.equals(model)) {
            close();
            present = build(model);
            setup = present;
        }
        return present.trainer.layout();
    }

    /** Takes the received model's bytes, from the first one. */
    ChunkSink download() {
        return current().vectors.download();
    }

    /** Trains a copy of the received model. */
    LocalResult train(Client client, RoundTask task, ProgressListener listener) {
        Setup now = current();
        try (GradientScope off = GradientScope.off()) {
            return now.trainer.train(now.vectors.working(), client, task, listener);
        }
    }

    /** The update, ready to be sent; its memory is this workbench's. */
    TensorBody update(UpdateMetadata metadata) {
        Setup now = current();
        try (GradientScope off = GradientScope.off()) {
            return TensorBody.of(now.trainer.layout(), now.vectors.update(), metadata.toMap());
        }
    }

    /** Evaluates the received model. */
    EvaluationResult evaluate(Client client) {
        Setup now = current();
        try (GradientScope off = GradientScope.off()) {
            return now.trainer.evaluate(now.vectors.received(), client);
        }
    }

    @Override
    public void close() {
        Setup closing = setup;
        setup = null;
        if (closing != null) {
            closing.close();
        }
    }

    private Setup build(ModelSpec model) {
        ModelTrainer trainer = trainers.open(model, device);
        try {
            return new Setup(model, trainer, new ModelVectors(trainer.layout().size(), device));
        } catch (RuntimeException e) {
            trainer.close();
            throw e;
        }
    }

    private Setup current() {
        return requireNonNull(setup, "the workbench is not prepared");
    }
}
