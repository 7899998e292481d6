package dev.tributary.simulation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.evaluation.FederatedEvaluation;
import dev.tributary.objective.ClientVectors;
import dev.tributary.objective.LocalObjective;
import dev.tributary.objective.LocalWork;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.Holdout;
import dev.tributary.training.LocalResult;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.ModelSource;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** Where one virtual client at a time works: a model, and the memory to train it. One thread. */
final class Worker implements AutoCloseable {
    /** The size in which the server evaluates, and agents do. */
    static final int EVALUATION_BATCH = 256;

    private static final int BLOCK = 4096;
    private static final NDIndex ALL = new NDIndex(":");

    private final NDManager manager;
    private final LocalTrainer trainer;
    private final LocalObjective objective;
    private final ClientStates states;
    private final ParameterLayout exchange;
    private final NDArray working;
    private final NDArray state;
    private final NDArray host;
    private final ByteBuffer hostBytes;
    private final int[] block = new int[BLOCK];

    Worker(ModelSource model, LocalObjective objective, ClientStates states, Device device) {
        NativeStack.engine();
        this.objective = objective;
        this.states = states;
        manager = NDManager.newBaseManager(device);
        try (GradientScope off = GradientScope.off()) {
            exchange = objective.exchangeLayout(model.layout());
            Shape shape = new Shape(exchange.size());
            working = manager.zeros(shape, DataType.FLOAT32);
            state = manager.zeros(new Shape(states.size()), DataType.FLOAT32);
            host =
                    device.isGpu()
                            ? manager.newSubManager(Device.cpu()).zeros(shape, DataType.FLOAT32)
                            : working;
            // Of the array's own memory, which stays in place.
            hostBytes = HostTransfer.hostBytes(host);
            // Last: its memory is its own.
            trainer = new LocalTrainer(model.newBlock(manager), model.loss(), device);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private record Work(LocalTrainer trainer, DeviceDataset data, Task task) implements LocalWork {
        @Override
        public ParameterLayout layout() {
            return trainer.layout();
        }

        @Override
        public TrainingPlan plan() {
            return task.plan;
        }

        @Override
        public int round() {
            return task.round;
        }

        @Override
        public LocalResult train(NDArray model, GradientCorrection correction, TrainingPlan plan) {
            return trainer.train(
                    model,
                    data,
                    plan,
                    task.round,
                    task.streams,
                    task.client,
                    correction,
                    task.listener);
        }

        @Override
        public EvaluationResult evaluate(NDArray model) {
            return trainer.evaluate(model, data, EVALUATION_BATCH);
        }

        static Work of(LocalTrainer trainer, DeviceDataset data, Task task) {
            return new Work(trainer, task.holdout.training(data), task);
        }
    }

    /** What a client does in a round. */
    record Task(
            TrainingPlan plan,
            int round,
            RandomStreams streams,
            String client,
            Holdout holdout,
            ProgressListener listener) {}

    /**
     * Trains for a client, then holds the update and what the client is to remember.
     *
     * @param global what is exchanged; read only
     * @param data all examples of the client
     * @throws dev.tributary.training.TrainingException if there is no update
     */
    LocalResult train(NDArray global, DeviceDataset data, Task task) throws IOException {
        states.read(task.client, state);
        try (GradientScope off = GradientScope.off()) {
            ClientVectors vectors = new ClientVectors(global, working, state);
            LocalResult result = objective.train(vectors, Work.of(trainer, data, task));
            vectors.roundUpdate(exchange, task.plan.updatePrecision());
            if (host != working) {
                host.set(ALL, working);
            }
            return result;
        }
    }

    /** The update counts: what the client remembers is kept. */
    void keepState(String client) throws IOException {
        states.write(client, state);
    }

    /** The update, valid until the next training. */
    HostVector update() {
        return HostVector.of(hostBytes);
    }

    /** The update's largest absolute value; it is finite, as training makes sure. */
    float magnitude() {
        IntBuffer bits = hostBytes.asIntBuffer();
        int largest = 0;
        while (bits.hasRemaining()) {
            int count = Math.min(block.length, bits.remaining());
            bits.get(block, 0, count);
            // Without the sign bit, floats order like integers.
            for (int i = 0; i < count; i++) {
                largest = Math.max(largest, block[i] & Integer.MAX_VALUE);
            }
        }
        return Float.intBitsToFloat(largest);
    }

    /** Evaluates the global model. */
    EvaluationResult evaluate(NDArray global, DeviceDataset data) {
        try (NDArray model = FlatParameters.slice(global, 0, trainer.layout().size())) {
            return trainer.evaluate(model, data, EVALUATION_BATCH);
        }
    }

    /** Evaluates on the client's examples what the client uses, and the global model beside it. */
    void evaluate(NDArray global, DeviceDataset data, Task task, FederatedEvaluation into)
            throws IOException {
        try (GradientScope off = GradientScope.off()) {
            EvaluationResult result = evaluate(global, task.holdout.evaluation(data));
            EvaluationResult own = objective.personal() ? personal(global, data, task) : result;
            synchronized (into) {
                into.add(task.client, own, objective.personal() ? result : null);
            }
        }
    }

    private EvaluationResult personal(NDArray global, DeviceDataset data, Task task)
            throws IOException {
        states.read(task.client, state);
        working.set(ALL, global);
        try (NDArray model = FlatParameters.slice(working, 0, trainer.layout().size())) {
            objective.personalize(model, state, Work.of(trainer, data, task));
            return trainer.evaluate(model, task.holdout.evaluation(data), EVALUATION_BATCH);
        }
    }

    @Override
    public void close() {
        trainer.close();
        manager.close();
    }
}
