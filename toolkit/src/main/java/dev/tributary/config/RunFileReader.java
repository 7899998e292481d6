package dev.tributary.config;

import dev.tributary.protocol.ModelSpec;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads one run file, section by section, and adds all that is wrong to the problems; the run has
 * then defaults in its place, so that somebody can look at the rest.
 */
final class RunFileReader {
    /** Stands for a name after a problem with it: nothing in the run goes by that name. */
    private static final String PLACEHOLDER = "missing";

    private final YamlSection root;
    private final Problems problems;
    private final Path baseDirectory;

    RunFileReader(YamlSection root, Problems problems, Path baseDirectory) {
        this.root = root;
        this.problems = problems;
        this.baseDirectory = baseDirectory;
    }

    Optional<RunConfig> read() {
        Optional<ModelSpec> model = model(root.sectionOrName("model", "name"));
        Optional<DataConfig> data = data(root.sectionOrName("data", "dataset"));
        RunConfigBuilder run =
                RunConfig.builder(
                        model.orElseGet(() -> new ModelSpec(PLACEHOLDER, Map.of())),
                        data.orElseGet(() -> DataConfig.of(PLACEHOLDER, 1)));
        run.name(root.value(RunConfig.NAME, RunConfigBuilder.DEFAULT_NAME));
        run.seed(root.value(RunConfig.SEED, RunConfigBuilder.DEFAULT_SEED));
        run.device(root.value(RunConfig.DEVICE, RunConfigBuilder.DEFAULT_DEVICE));
        cohort(root.section("cohort")).ifPresent(run::cohort);
        int rounds = root.value(RunConfig.ROUNDS, RunConfigBuilder.DEFAULT_ROUNDS);
        TrainingReader.read(root.section("training"), rounds).ifPresent(run::training);
        strategy(root.sectionOrName("strategy", "name")).ifPresent(run::strategy);
        measures(run.rounds(rounds), data);
        if (root.has("simulation")) {
            SimulationReader.read(root.section("simulation")).ifPresent(run::simulation);
        }
        return root.build(run::build);
    }

    private void measures(RunConfigBuilder run, Optional<DataConfig> data) {
        int before = problems.count();
        Optional<StopConfig> stop = stop(root.section("stop"));
        Optional<EvaluationConfig> evaluation = evaluation(root.section("evaluation"), data);
        if (data.isPresent() && problems.count() == before) {
            checkAgreement(data.get(), stop.orElseThrow(), evaluation.orElseThrow());
        }
        if (problems.count() == before) {
            stop.ifPresent(run::stop);
            evaluation.ifPresent(run::evaluation);
        }
    }

    private Optional<ModelSpec> model(YamlSection section) {
        String name = section.required(RunConfig.MODEL_NAME, PLACEHOLDER);
        Map<String, String> options = section.options("options");
        return section.build(() -> RunConfig.checkModel(new ModelSpec(name, options)));
    }

    private Optional<DataConfig> data(YamlSection section) {
        String dataset = section.required(DataConfig.DATASET, PLACEHOLDER);
        Optional<Path> directory = section.optional(directory());
        Map<String, String> options = section.options("options");
        Optional<PartitionConfig> partition =
                partition(section.sectionOrName("partition", "scheme"));
        return section.build(
                () -> new DataConfig(dataset, directory, options, partition.orElseThrow()));
    }

    /** Options go with a name: those of a wrong one are not those of the default. */
    private static String name(YamlSection section, Setting<String> setting, String usual) {
        return section.value(setting, section.has(setting.key()) ? PLACEHOLDER : usual);
    }

    private Setting<Path> directory() {
        return new Setting<>("data.directory", "a directory", this::path, any -> true);
    }

    private Optional<Path> path(String text) {
        try {
            return text.isBlank() ? Optional.empty() : Optional.of(baseDirectory.resolve(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<PartitionConfig> partition(YamlSection section) {
        PartitionConfig defaults = PartitionConfig.iid(CohortConfig.DEFAULT_SIZE);
        String scheme = name(section, PartitionConfig.SCHEME, defaults.scheme());
        int clients = section.value(PartitionConfig.CLIENTS, defaults.clients());
        Map<String, String> options = section.options("options");
        return section.build(() -> new PartitionConfig(scheme, clients, options));
    }

    private static Optional<CohortConfig> cohort(YamlSection section) {
        int size = section.value(CohortConfig.SIZE, CohortConfig.DEFAULT_SIZE);
        int minimum = section.value(CohortConfig.MINIMUM, CohortConfig.defaultMinimum(size));
        int overSelection =
                section.value(CohortConfig.OVER_SELECTION, CohortConfig.DEFAULT_OVER_SELECTION);
        Duration deadline = section.value(CohortConfig.DEADLINE, CohortConfig.DEFAULT_DEADLINE);
        int waitFor = section.value(CohortConfig.WAIT_FOR, size + overSelection);
        int attempts = section.value(CohortConfig.ATTEMPTS, CohortConfig.DEFAULT_ATTEMPTS);
        Optional<SamplerConfig> sampler = sampler(section.sectionOrName("sampler", "name"));
        return section.build(
                () ->
                        new CohortConfig(
                                size,
                                minimum,
                                overSelection,
                                deadline,
                                waitFor,
                                attempts,
                                sampler));
    }

    private static Optional<SamplerConfig> sampler(YamlSection section) {
        Optional<String> name = section.optional(SamplerConfig.NAME);
        Map<String, String> options = section.options("options");
        if (name.isEmpty() && !options.isEmpty()) {
            String unused = section.required(SamplerConfig.NAME, PLACEHOLDER);
        }
        Optional<Optional<SamplerConfig>> sampler =
                section.build(() -> name.map(found -> new SamplerConfig(found, options)));
        return sampler.flatMap(found -> found);
    }

    private static Optional<StrategyConfig> strategy(YamlSection section) {
        StrategyConfig defaults = StrategyConfig.fedAvg();
        String name = name(section, StrategyConfig.NAME, defaults.name());
        double rate =
                section.value(StrategyConfig.SERVER_LEARNING_RATE, defaults.serverLearningRate());
        Map<String, String> options = section.options("options");
        return section.build(() -> new StrategyConfig(name, rate, options));
    }

    private static Optional<StopConfig> stop(YamlSection section) {
        OptionalDouble accuracy = number(section, StopConfig.ACCURACY);
        OptionalDouble loss = number(section, StopConfig.LOSS);
        Optional<StopConfig.Plateau> plateau = Optional.empty();
        if (section.has("plateau")) {
            plateau = plateau(section.section("plateau"));
        }
        Optional<StopConfig.Plateau> patience = plateau;
        Optional<Duration> wallTime = section.optional(StopConfig.WALL_TIME);
        OptionalDouble divergence = number(section, StopConfig.DIVERGENCE);
        return section.build(() -> new StopConfig(accuracy, loss, patience, wallTime, divergence));
    }

    private static Optional<StopConfig.Plateau> plateau(YamlSection section) {
        int evaluations = section.required(StopConfig.EVALUATIONS, 1);
        double improvement = section.value(StopConfig.IMPROVEMENT, 0.0);
        return section.build(() -> new StopConfig.Plateau(evaluations, improvement));
    }

    private static OptionalDouble number(YamlSection section, Setting<Double> setting) {
        return section.optional(setting).map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }

    private static Optional<EvaluationConfig> evaluation(
            YamlSection section, Optional<DataConfig> data) {
        boolean hasTestSet = data.map(DataConfig::isPresent).orElse(true);
        boolean central = section.value(EvaluationConfig.CENTRAL, hasTestSet);
        boolean federated = section.value(EvaluationConfig.FEDERATED, false);
        int every = section.value(EvaluationConfig.EVERY, 1);
        return section.build(() -> new EvaluationConfig(central, federated, every));
    }

    private void checkAgreement(DataConfig data, StopConfig stop, EvaluationConfig evaluation) {
        problems.require(() -> RunConfig.checkAgreement(data, stop, evaluation));
    }
}
