package dev.tributary.objective;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.device.GradientScope;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.strategy.GlobalVector;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.LocalResult;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.TrainingPlan;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Clients that minimize {@code 1/2 * |w - optimum|^2} by gradient descent at a rate of 0.5: every
 * number of a round can be worked out by hand, and is a sum of powers of two.
 */
final class QuadraticFederation implements AutoCloseable {
    static final double RATE = 0.5;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu());
    private final ParameterLayout layout;
    private final Strategy strategy;
    private final LocalObjective objective;
    private final GlobalVector global;
    private final List<Participant> participants;
    private final List<NDArray> states;
    private LearningRateSchedule schedule = LearningRateSchedule.constant();
    private Precision precision = Precision.FLOAT32;

    /** One client: where its loss is least, how many steps it takes, how many examples it has. */
    record Participant(float optimum, int steps, int examples) {}

    QuadraticFederation(String name, Map<String, String> options, Participant... participants) {
        this(ParameterLayout.builder().trainable("weight", 1).build(), name, options, participants);
    }

    QuadraticFederation(
            ParameterLayout layout,
            String name,
            Map<String, String> options,
            Participant... participants) {
        this.layout = layout;
        this.strategy = Strategies.named(name, 1, options);
        this.objective = LocalObjectives.of(strategy.objective());
        objective.check(layout, TrainingPlan.sgd(1, 1, RATE));
        this.global = new GlobalVector(Device.cpu(), objective.exchangeLayout(layout), strategy);
        this.participants = List.of(participants);
        Shape shape = new Shape(objective.stateSize(layout));
        this.states =
                this.participants.stream()
                        .map(client -> manager.zeros(shape, DataType.FLOAT32))
                        .toList();
    }

    /** From now on the clients' rate is 0, as at the end of a schedule that comes to nothing. */
    void rest() {
        schedule = new LearningRateSchedule(LearningRateSchedule.Shape.EXPONENTIAL, 0, 1, 0);
    }

    /** From now on updates travel as float16. */
    void halve() {
        precision = Precision.FLOAT16;
    }

    /** A round of all of them, or of those. */
    void round(int... clients) throws IOException {
        int[] all = IntStream.range(0, participants.size()).toArray();
        for (int client : clients.length == 0 ? all : clients) {
            float[] update = update(client);
            float magnitude = 0;
            for (float value : update) {
                magnitude = Math.max(magnitude, Math.abs(value));
            }
            double weight = strategy.weighting().of(participants.get(client).examples);
            global.fold(HostVector.of(update), magnitude, weight);
        }
        global.step(participants.size());
    }

    /** What a client would send now; its state moves. */
    float[] update(int client) {
        Participant participant = participants.get(client);
        try (GradientScope off = GradientScope.off();
                NDManager scope = manager.newSubManager()) {
            NDArray received = global.flat().duplicate();
            received.attach(scope);
            NDArray update = scope.full(received.getShape(), Float.NaN, DataType.FLOAT32);
            ClientVectors vectors = new ClientVectors(received, update, states.get(client));
            objective.train(vectors, new Descent(layout, participant, schedule, precision));
            vectors.roundUpdate(global.layout(), precision);
            return update.toFloatArray();
        }
    }

    /** The global vector, with what is exchanged beside the model. */
    float[] vector() {
        return global.flat().toFloatArray();
    }

    float[] state(int client) {
        return states.get(client).toFloatArray();
    }

    /** The model that a client would evaluate. */
    float[] personal(int client) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray model = scope.create(Arrays.copyOf(vector(), Math.toIntExact(layout.size())));
            objective.personalize(
                    model,
                    states.get(client),
                    new Descent(layout, participants.get(client), schedule, precision));
            return model.toFloatArray();
        }
    }

    @Override
    public void close() {
        global.close();
        manager.close();
    }

    private record Descent(
            ParameterLayout layout,
            Participant participant,
            LearningRateSchedule schedule,
            Precision precision)
            implements LocalWork {
        @Override
        public TrainingPlan plan() {
            return new TrainingPlan(participant.steps, 1, OptimizerPlan.sgd(RATE), schedule, 0)
                    .withUpdatePrecision(precision);
        }

        @Override
        public int round() {
            return 2;
        }

        @Override
        public LocalResult train(NDArray model, GradientCorrection correction, TrainingPlan plan) {
            float[] weights = model.toFloatArray();
            float[] anchor = values(correction.anchor(), weights.length);
            float[] shift = values(correction.shift(), weights.length);
            float[] mask = mask(correction.mask(), weights.length);
            for (int step = 0; step < plan.localEpochs(); step++) {
                for (int i = 0; i < weights.length; i++) {
                    double gradient =
                            weights[i]
                                    - participant.optimum
                                    + correction.mu() * (weights[i] - anchor[i])
                                    + shift[i];
                    weights[i] -= (float) (learningRate() * gradient) * mask[i];
                }
            }
            try (NDArray trained = model.getManager().create(weights)) {
                model.set(Vectors.ALL, trained);
            }
            return new LocalResult(participant.examples, plan.localEpochs(), List.of(0.0), 1);
        }

        /** As the training goes: the sum of half the squared distances. */
        @Override
        public EvaluationResult evaluate(NDArray model) {
            double loss = 0;
            for (float weight : model.toFloatArray()) {
                loss += 0.5 * (weight - participant.optimum) * (weight - participant.optimum);
            }
            return new EvaluationResult(
                    participant.examples, loss * participant.examples, participant.examples);
        }

        private static float[] mask(@Nullable NDArray array, int size) {
            float[] ones = new float[size];
            Arrays.fill(ones, 1);
            return array == null ? ones : Arrays.copyOf(array.toFloatArray(), size);
        }

        private static float[] values(@Nullable NDArray array, int size) {
            return array == null ? new float[size] : Arrays.copyOf(array.toFloatArray(), size);
        }
    }
}
