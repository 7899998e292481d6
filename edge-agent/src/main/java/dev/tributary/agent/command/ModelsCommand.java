package dev.tributary.agent.command;

import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.Format;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** {@code tributary models}: what can be trained. */
@Command(name = "models", description = "List the models that a run can name, or show one.")
public final class ModelsCommand implements CommandProvider, Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "<name>",
            description = "Show this one (default: all).")
    private @Nullable String name;

    @Option(
            names = "--input",
            paramLabel = "<shape>",
            description =
                    "Count parameters for this input, such as 1,28,28 (default: one typical"
                            + " of the model).")
    private @Nullable String input;

    @Option(
            names = "--classes",
            paramLabel = "<n>",
            description =
                    "Count parameters for so many classes, 0 for regression (default: as many"
                            + " as typical of the model).")
    private @Nullable Integer classes;

    /** For the service loader. */
    public ModelsCommand() {}

    @Override
    public int order() {
        return 60;
    }

    @Override
    public void run() {
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        ModelCatalog catalog = ModelCatalog.load();
        for (ModelFactory factory : shown(catalog)) {
            out.printf("%s: %s%n", factory.name(), factory.description());
            out.printf("    %s%n", size(catalog, factory));
            print(out, catalog.ownOptions(factory));
        }
        out.println("Every model:");
        print(out, catalog.commonOptions());
        out.flush();
    }

    private static void print(PrintWriter out, Map<String, String> options) {
        new TreeMap<>(options).forEach((name, line) -> out.printf("    %s: %s%n", name, line));
    }

    private Collection<ModelFactory> shown(ModelCatalog catalog) {
        Collection<ModelFactory> all = catalog.factories();
        return name == null
                ? all
                : List.of(Named.find("models", "model", all, ModelFactory::name, name));
    }

    private String size(ModelCatalog catalog, ModelFactory factory) {
        if (!factory.requiredOptions().isEmpty()) {
            return "as large as what it is given: " + String.join(", ", factory.requiredOptions());
        }
        TypicalTask typical = factory.typicalTask();
        TypicalTask task =
                new TypicalTask(
                        input == null ? typical.input() : input,
                        classes == null ? typical.classes() : classes);
        try {
            long count = catalog.create(factory, task).parameterCount();
            return "%s parameters for %s".formatted(Format.count(count), task);
        } catch (ModelException e) {
            return "does not suit %s: %s".formatted(task, e.getMessage());
        }
    }
}
