package dev.tributary.server;

import dev.tributary.cli.CommandException;
import dev.tributary.config.DataConfig;
import dev.tributary.config.InvalidSettingException;
import dev.tributary.config.PartitionConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.data.DataException;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.strategy.Strategies;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Whether there is what a run file names: all that is unknown is told at once. */
public final class RunNames {
    private final List<String> problems = new ArrayList<>();
    private @Nullable InvalidSettingException contradiction;

    private RunNames() {}

    /**
     * Checks every name, and the options that go with it, before anything is started.
     *
     * @throws CommandException telling all problems, a line each
     * @throws InvalidSettingException if all names are right, but settings contradict each other
     */
    public static void check(RunConfig config) {
        RunNames names = new RunNames();
        names.attempt(() -> checkModel(config));
        names.attempt(() -> checkDataset(config.data()));
        names.attempt(() -> checkPartition(config.data().partition()));
        names.attempt(() -> Strategies.of(config));
        InvalidSettingException contradiction = names.contradiction;
        if (names.problems.size() == 1 && contradiction != null) {
            throw contradiction;
        }
        if (!names.problems.isEmpty()) {
            throw new CommandException(String.join("\n", names.problems));
        }
    }

    private void attempt(Runnable check) {
        try {
            check.run();
        } catch (InvalidSettingException e) {
            contradiction = e;
            problems.add(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException | DataException | ModelException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private static void checkModel(RunConfig config) {
        ModelCatalog catalog = ModelCatalog.load();
        ModelFactory factory = catalog.named(config.model().name());
        for (String option : config.model().options().keySet()) {
            if (!catalog.options(factory).containsKey(option)) {
                throw new IllegalArgumentException(
                        "model %s: expected options among %s, found \"%s\""
                                .formatted(
                                        factory.name(), catalog.options(factory).keySet(), option));
            }
        }
    }

    private static void checkDataset(DataConfig data) {
        if (data.isPresent()) {
            DatasetCatalog.load().provider(data.dataset());
        }
    }

    private static void checkPartition(PartitionConfig partition) {
        PartitionPlan plan =
                new PartitionPlan(partition.scheme(), partition.options(), partition.clients());
        plan.partitioner();
    }
}
