package dev.tributary.agent;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

import dev.tributary.agent.state.ClientState;
import dev.tributary.cli.Format;
import dev.tributary.device.DeviceMemory;
import dev.tributary.device.GpuActivity;
import dev.tributary.device.GradientScope;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.objective.ClientVectors;
import dev.tributary.objective.LocalObjective;
import dev.tributary.objective.LocalObjectives;
import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingException;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where one client at a time works: a model, and the memory to receive and train it.
 *
 * <p>Clients of one process take turns, so that memory grows with those that compute at a time and
 * not with those that are hosted. One thread at a time; the {@link WorkbenchPool} hands it over.
 */
final class Workbench implements AutoCloseable {
    private static final NDIndex ALL = new NDIndex(":");

    private record Setup(
            ModelSpec model,
            ObjectiveSpec spec,
            ModelTrainer trainer,
            LocalObjective objective,
            ParameterLayout exchange,
            ModelVectors vectors)
            implements AutoCloseable {
        boolean serves(RoundTask task) {
            return model.equals(task.model()) && spec.equals(task.objective());
        }

        long memoryBytes() {
            return vectors.state().size() * Float.BYTES;
        }

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

    /**
     * Builds model and objective, unless they are there from an earlier round.
     *
     * @return the layout of what is exchanged
     * @throws TrainingException if the device's memory is too small for it
     */
    ParameterLayout prepare(RoundTask task) {
        Setup present = setup;
        if (present == null || !present.serves(task)) {
            close();
            try {
                present = build(task);
            } catch (EngineException e) {
                throw DeviceMemory.exhausted(e) ? noRoom(task, e) : e;
            }
            setup = present;
        }
        return present.exchange;
    }

    /** How busy and how full the GPU is; empty on a CPU. */
    Optional<String> deviceUse() {
        return DeviceMemory.of(device)
                .map(
                        memory ->
                                "gpu:%d %s%s of %s in use"
                                        .formatted(
                                                device.getDeviceId(),
                                                busy(device),
                                                Format.bytes(memory.usedBytes()),
                                                Format.bytes(memory.totalBytes())));
    }

    /** Takes the received model's bytes, from the first one. */
    ChunkSink download() {
        return current().vectors.download();
    }

    /**
     * Makes an update of what was received, and remembers for the next time.
     *
     * @param state has what the client remembered before
     * @throws TrainingException if there is no update, or it could not be remembered
     */
    LocalResult train(Client client, RoundTask task, ClientState state, ProgressListener listener) {
        Setup now = current();
        try (GradientScope off = GradientScope.off()) {
            recall(now, task, state);
            ModelVectors vectors = now.vectors;
            ClientVectors mine =
                    new ClientVectors(vectors.received(), vectors.update(), vectors.state());
            LocalResult result =
                    now.objective.train(mine, new TaskWork(now.trainer, client, task, listener));
            mine.roundUpdate(now.exchange, task.plan().updatePrecision());
            if (now.memoryBytes() > 0) {
                state.remember(task, vectors.stateBytes());
            }
            return result;
        } catch (IOException e) {
            throw new TrainingException(
                    "what the client is to remember of the round cannot be kept: " + e, e);
        }
    }

    private static void recall(Setup now, RoundTask task, ClientState state) {
        if (now.memoryBytes() > 0) {
            ModelVectors vectors = now.vectors;
            vectors.recalled(
                    state.recall(
                            task.runId(),
                            task.countedRound(),
                            now.memoryBytes(),
                            vectors.recall()));
        }
    }

    /**
     * The update, ready to be sent; its memory is this workbench's.
     *
     * @param precision for which it was trained
     */
    TensorBody update(UpdateMetadata metadata, Precision precision) {
        Setup now = current();
        try (GradientScope off = GradientScope.off()) {
            List<ByteBuffer> payload = now.vectors.updateBytes(precision.halves(now.exchange));
            return TensorBody.of(now.exchange, precision, payload, metadata.toMap());
        }
    }

    /**
     * Evaluates the received model, and what the client makes of it for itself.
     *
     * @throws TrainingException if the client cannot make anything of it
     */
    EvaluationReport evaluate(
            Client client, RoundTask task, ClientState state, ProgressListener listener) {
        Setup now = current();
        long size = now.trainer.layout().size();
        try (GradientScope off = GradientScope.off();
                NDArray received = FlatParameters.slice(now.vectors.received(), 0, size)) {
            TaskWork work = new TaskWork(now.trainer, client, task, listener);
            DeviceDataset examples = work.evaluated();
            EvaluationReport global = report(now.trainer.evaluate(received, examples), null);
            if (!now.objective.personal()) {
                return global;
            }
            recall(now, task, state);
            try (NDArray model = FlatParameters.slice(now.vectors.update(), 0, size)) {
                model.set(ALL, received);
                now.objective.personalize(model, now.vectors.state(), work);
                return report(now.trainer.evaluate(model, examples), global);
            }
        }
    }

    private static EvaluationReport report(
            EvaluationResult result, @Nullable EvaluationReport before) {
        return new EvaluationReport(
                result.exampleCount(), result.lossSum(), result.correctCount(), before);
    }

    @Override
    public void close() {
        Setup closing = setup;
        setup = null;
        if (closing != null) {
            closing.close();
        }
    }

    private Setup build(RoundTask task) {
        LocalObjective objective = LocalObjectives.of(task.objective());
        ModelTrainer trainer = trainers.open(task.model(), device);
        try {
            objective.check(trainer.layout(), task.plan());
            ParameterLayout exchange = objective.exchangeLayout(trainer.layout());
            long memory = objective.stateSize(trainer.layout());
            return new Setup(
                    task.model(),
                    task.objective(),
                    trainer,
                    objective,
                    exchange,
                    new ModelVectors(exchange.size(), memory, device));
        } catch (RuntimeException e) {
            trainer.close();
            throw e;
        }
    }

    private TrainingException noRoom(RoundTask task, EngineException cause) {
        return new TrainingException(
                "the memory of %s is too small for the model %s and its training"
                        .formatted(device, task.model().name()),
                cause);
    }

    private static String busy(Device device) {
        OptionalInt percent = GpuActivity.busyPercent(device);
        return percent.isPresent() ? percent.getAsInt() + " % busy, " : "";
    }

    private Setup current() {
        return requireNonNull(setup, "the workbench is not prepared");
    }
}
