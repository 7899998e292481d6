package dev.tributary.models.catalog;

import static java.util.stream.Collectors.toMap;

import dev.tributary.config.DataConfig;
import dev.tributary.config.InvalidSettingException;
import dev.tributary.config.PartitionConfig;
import dev.tributary.config.Problem;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.config.SamplerConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.data.DataException;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.data.partition.PartitionScheme;
import dev.tributary.plugin.Plugins;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.StrategyFactory;
import dev.tributary.strategy.sampling.Samplers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether there is what a run names: all that is unknown is told at once. */
public final class RunNames {
    /** How those tell whose options they are. */
    private static final Pattern TOLD =
            Pattern.compile(
                    "(?:(?<path>[a-z.-]+): |.*option \"(?<option>[^\"]+)\": )?"
                            + "expected (?<expected>.+)[,;] found (?<found>.+)",
                    Pattern.DOTALL);

    private final List<Problem> problems = new ArrayList<>();

    private RunNames() {}

    /**
     * Reads a run file and checks every name, and the options that go with it, before anything is
     * started.
     *
     * @throws dev.tributary.config.RunFileException telling all problems with their lines
     */
    public static RunConfig read(Path runFile) {
        return RunFile.read(runFile, RunNames::problems);
    }

    /**
     * What is named and not there, and options that are not known or wrong; nothing is opened or
     * built.
     *
     * @return problems without lines, for {@link RunFile#parse(String, String, Path,
     *     dev.tributary.config.RunCheck)} to find
     */
    public static List<Problem> problems(RunConfig config) {
        return problems(config, true);
    }

    /**
     * As {@link #problems(RunConfig)}, of a run whose file may be wrong elsewhere.
     *
     * @param sound whether it is not; what strategy and cohort say together is not told otherwise
     */
    public static List<Problem> problems(RunConfig config, boolean sound) {
        RunNames names = new RunNames();
        names.checkModel(config.model());
        names.checkDataset(config.data());
        names.checkPartition(config.data().partition());
        boolean sampled = config.cohort().sampler().map(names::checkSampler).orElse(true);
        if (names.checkStrategy(config.strategy()) && sampled && sound) {
            names.attempt("strategy", () -> Strategies.of(config));
        }
        return names.problems;
    }

    private void checkModel(ModelSpec model) {
        ModelCatalog catalog = ModelCatalog.load();
        Map<String, ModelFactory> known =
                catalog.factories().stream().collect(toMap(ModelFactory::name, each -> each));
        if (isNamed("model.name", "model", known, model.name())) {
            ModelFactory factory = catalog.named(model.name());
            boolean unused = areKnown("model", catalog.options(factory), model.options());
            for (String option : new TreeSet<>(factory.requiredOptions())) {
                if (!model.options().containsKey(option)) {
                    String path = "model.options." + option;
                    problems.add(new Problem(0, path, "a value, for there is no default", "none"));
                }
            }
        }
    }

    private void checkDataset(DataConfig data) {
        Map<String, DatasetProvider> known =
                DatasetCatalog.load().providers().stream()
                        .collect(toMap(DatasetProvider::name, each -> each));
        if (data.isPresent() && isNamed("data.dataset", "data set", known, data.dataset())) {
            DatasetProvider provider = DatasetCatalog.load().provider(data.dataset());
            boolean unused = areKnown("data", provider.options(), data.options());
        }
    }

    private void checkPartition(PartitionConfig partition) {
        Map<String, PartitionScheme> known =
                PartitionScheme.all().stream().collect(toMap(PartitionScheme::name, each -> each));
        String path = "data.partition";
        if (isKnown(path + ".scheme", "partition scheme", known, partition.scheme())
                && areKnown(
                        path,
                        PartitionScheme.named(partition.scheme()).options(),
                        partition.options())) {
            attempt(
                    path,
                    () ->
                            new PartitionPlan(
                                    partition.scheme(), partition.options(), partition.clients()));
        }
    }

    private boolean checkStrategy(StrategyConfig strategy) {
        Map<String, Map<String, String>> known =
                Strategies.all().stream()
                        .collect(toMap(StrategyFactory::name, StrategyFactory::options));
        return isNamed("strategy.name", "strategy", known, strategy.name())
                && areKnown(
                        "strategy",
                        known.getOrDefault(strategy.name(), Map.of()),
                        strategy.options());
    }

    private boolean checkSampler(SamplerConfig sampler) {
        Map<String, Map<String, String>> known = Samplers.options();
        return isKnown("cohort.sampler.name", "sampler", known, sampler.name())
                && areKnown(
                        "cohort.sampler",
                        known.getOrDefault(sampler.name(), Map.of()),
                        sampler.options());
    }

    /** Of what plug-ins may add to. */
    private boolean isNamed(String path, String kind, Map<String, ?> known, String name) {
        if (!known.containsKey(name)) {
            Set<String> names = new TreeSet<>(known.keySet());
            problems.add(Problem.unknown(path, kind, names, Plugins.elsewhere(), name));
        }
        return known.containsKey(name);
    }

    private boolean isKnown(String path, String kind, Map<String, ?> known, String name) {
        if (!known.containsKey(name)) {
            problems.add(Problem.unknown(path, kind, new TreeSet<>(known.keySet()), name));
        }
        return known.containsKey(name);
    }

    private boolean areKnown(String section, Map<String, String> known, Map<String, String> given) {
        boolean all = true;
        for (String option : new TreeSet<>(given.keySet())) {
            all &= isKnown(section + ".options." + option, "option", known, option);
        }
        return all;
    }

    private void attempt(String section, Runnable check) {
        try {
            check.run();
        } catch (InvalidSettingException e) {
            problems.add(e.at(0));
        } catch (IllegalArgumentException | DataException e) {
            problems.add(told(section, String.valueOf(e.getMessage())));
        }
    }

    private static Problem told(String section, String message) {
        Matcher told = TOLD.matcher(message);
        if (!told.matches()) {
            return new Problem(0, section, "what can be used", message);
        }
        String option = told.group("option");
        String path = told.group("path");
        String place = option != null ? section + ".options." + option : section;
        return new Problem(
                0, path != null ? path : place, told.group("expected"), told.group("found"));
    }
}
