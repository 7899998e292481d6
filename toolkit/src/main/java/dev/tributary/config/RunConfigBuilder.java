package dev.tributary.config;

import static java.util.Objects.requireNonNull;

import dev.tributary.protocol.ModelSpec;
import dev.tributary.training.TrainingPlan;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Builds a {@link RunConfig}; what is not set has the default that the run file has.
 *
 * <p>Values are checked in {@link #build}. Not thread-safe.
 */
public final class RunConfigBuilder {
    static final String DEFAULT_NAME = "run";
    static final long DEFAULT_SEED = 1;
    static final String DEFAULT_DEVICE = "auto";
    static final int DEFAULT_ROUNDS = 10;
    static final TrainingPlan DEFAULT_TRAINING = TrainingPlan.sgd(1, 32, 0.1);

    private ModelSpec model;
    private DataConfig data;
    private String name = DEFAULT_NAME;
    private long seed = DEFAULT_SEED;
    private String device = DEFAULT_DEVICE;
    private CohortConfig cohort = CohortConfig.of(CohortConfig.DEFAULT_SIZE);
    private TrainingPlan training = DEFAULT_TRAINING;
    private StrategyConfig strategy = StrategyConfig.fedAvg();
    private int rounds = DEFAULT_ROUNDS;
    private StopConfig stop = StopConfig.never();
    private @Nullable EvaluationConfig evaluation;
    private @Nullable SimulationConfig simulation;

    RunConfigBuilder(ModelSpec model, DataConfig data) {
        this.model = requireNonNull(model, "model is null");
        this.data = requireNonNull(data, "data is null");
    }

    /** Another model. */
    public RunConfigBuilder model(ModelSpec newModel) {
        model = requireNonNull(newModel, "model is null");
        return this;
    }

    /** Another data set. */
    public RunConfigBuilder data(DataConfig newData) {
        data = requireNonNull(newData, "data is null");
        return this;
    }

    /** The run's name. */
    public RunConfigBuilder name(String newName) {
        name = requireNonNull(newName, "name is null");
        return this;
    }

    /** The seed of all random draws. */
    public RunConfigBuilder seed(long newSeed) {
        seed = newSeed;
        return this;
    }

    /** The server's device: {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}. */
    public RunConfigBuilder device(String newDevice) {
        device = requireNonNull(newDevice, "device is null");
        return this;
    }

    /** How many clients make a round. */
    public RunConfigBuilder cohort(CohortConfig newCohort) {
        cohort = requireNonNull(newCohort, "cohort is null");
        return this;
    }

    /** What a client does in a round. */
    public RunConfigBuilder training(TrainingPlan newTraining) {
        training = requireNonNull(newTraining, "training is null");
        return this;
    }

    /** How updates meet. */
    public RunConfigBuilder strategy(StrategyConfig newStrategy) {
        strategy = requireNonNull(newStrategy, "strategy is null");
        return this;
    }

    /** The number of rounds. */
    public RunConfigBuilder rounds(int newRounds) {
        rounds = newRounds;
        return this;
    }

    /** When the run ends before its last round. */
    public RunConfigBuilder stop(StopConfig newStop) {
        stop = requireNonNull(newStop, "stop is null");
        return this;
    }

    /** Who measures the model; if not set, the server does after each round if it holds data. */
    public RunConfigBuilder evaluation(EvaluationConfig newEvaluation) {
        evaluation = requireNonNull(newEvaluation, "evaluation is null");
        return this;
    }

    /** How simulated clients behave under a virtual clock; if not set, there is none. */
    public RunConfigBuilder simulation(SimulationConfig newSimulation) {
        simulation = requireNonNull(newSimulation, "simulation is null");
        return this;
    }

    /**
     * The run.
     *
     * @throws IllegalArgumentException if a value is out of range or contradicts another; the
     *     message names them
     */
    public RunConfig build() {
        EvaluationConfig measured =
                evaluation == null ? EvaluationConfig.defaultFor(data) : evaluation;
        return new RunConfig(
                name,
                seed,
                device,
                model,
                data,
                cohort,
                training,
                strategy,
                rounds,
                stop,
                measured,
                Optional.ofNullable(simulation));
    }
}
