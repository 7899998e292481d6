package dev.tributary.config;

import static java.util.Objects.requireNonNull;

import dev.tributary.protocol.ModelSpec;
import dev.tributary.training.TrainingPlan;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Everything that defines one run; immutable.
 *
 * <p>Names are checked for their form alone: whether there is such a model, data set, partitioner
 * or strategy is known where the name is resolved.
 *
 * @param name names the run in displays and directories: 1 to 64 letters, digits, dots, dashes and
 *     underscores; default {@code run}
 * @param seed the seed of all random draws, any 64-bit number; default 1
 * @param device where the server computes: {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N};
 *     default {@code auto}
 * @param model the model; required
 * @param data the data set; required
 * @param cohort how many clients make a round
 * @param training what a client does in a round; default one local epoch of SGD at 0.1 in batches
 *     of 32
 * @param strategy how updates meet; default FedAvg
 * @param rounds the number of rounds, at least 1; default 10
 * @param stop when the run ends earlier; default never
 * @param evaluation who measures the model, and how often
 * @param simulation how simulated clients behave; default without a virtual clock. Servers do not
 *     read it
 */
public record RunConfig(
        String name,
        long seed,
        String device,
        ModelSpec model,
        DataConfig data,
        CohortConfig cohort,
        TrainingPlan training,
        StrategyConfig strategy,
        int rounds,
        StopConfig stop,
        EvaluationConfig evaluation,
        Optional<SimulationConfig> simulation) {

    static final Setting<String> NAME = Setting.name("name");
    static final Setting<Long> SEED = Setting.wholeNumber("seed");
    static final Setting<String> DEVICE =
            Setting.matching(
                    "device",
                    "auto, cpu, gpu, or gpu: and a number such as gpu:0",
                    Pattern.compile("auto|cpu|gpu(:(0|[1-9][0-9]{0,2}))?"));
    static final Setting<String> MODEL_NAME = Setting.name("model.name");
    static final Setting<Integer> ROUNDS = Setting.wholeNumber("rounds", 1, Integer.MAX_VALUE);

    /**
     * Checks the ranges, and that what is evaluated and awaited can be had.
     *
     * @throws IllegalArgumentException if not
     */
    public RunConfig {
        NAME.check(name);
        DEVICE.check(device);
        ROUNDS.check(rounds);
        checkModel(model);
        requireNonNull(cohort, "cohort is null");
        requireNonNull(training, "training is null");
        requireNonNull(strategy, "strategy is null");
        checkAgreement(data, stop, evaluation);
        requireNonNull(simulation, "simulation is null");
    }

    /** A run of a model on data, all else by default. */
    public static RunConfigBuilder builder(ModelSpec model, DataConfig data) {
        return new RunConfigBuilder(model, data);
    }

    /** A builder that starts from this run. */
    public RunConfigBuilder toBuilder() {
        RunConfigBuilder builder = new RunConfigBuilder(model, data);
        simulation.ifPresent(builder::simulation);
        return builder.name(name)
                .seed(seed)
                .device(device)
                .cohort(cohort)
                .training(training)
                .strategy(strategy)
                .rounds(rounds)
                .stop(stop)
                .evaluation(evaluation);
    }

    static ModelSpec checkModel(ModelSpec model) {
        MODEL_NAME.check(model.name());
        Setting.options("model.options", model.options());
        return model;
    }

    /**
     * The rules between sections, apart so that the reader can tell them with all other problems.
     */
    static void checkAgreement(DataConfig data, StopConfig stop, EvaluationConfig evaluation) {
        if (evaluation.central() && !data.isPresent()) {
            throw new InvalidSettingException(
                    EvaluationConfig.CENTRAL.path(),
                    "false, because data.dataset is " + DataConfig.NONE,
                    "true");
        }
        if (stop.awaitsEvaluations() && !evaluation.central() && !evaluation.federated()) {
            throw new InvalidSettingException(
                    "stop",
                    "evaluation.central or evaluation.federated to be true",
                    "a target that nobody measures");
        }
    }
}
