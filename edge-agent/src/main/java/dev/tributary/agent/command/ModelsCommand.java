package dev.tributary.agent.command;

import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.Format;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.protocol.ModelSpec;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** {@code tributary models}: what can be trained. */
@Command(name = "models", description = "List the models that a run can name.")
public final class ModelsCommand implements CommandProvider, Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--input",
            defaultValue = "1,28,28",
            paramLabel = "<shape>",
            description = "Count parameters for this input (default: ${DEFAULT-VALUE}).")
    private String input = "1,28,28";

    @Option(
            names = "--classes",
            defaultValue = "10",
            paramLabel = "<n>",
            description = "Count parameters for so many classes (default: ${DEFAULT-VALUE}).")
    private String classes = "10";

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
        for (ModelFactory factory : catalog.factories()) {
            out.printf("%s: %s%n", factory.name(), factory.description());
            out.printf("    %s%n", size(catalog, factory));
            new TreeMap<>(catalog.options(factory))
                    .forEach((name, line) -> out.printf("    %s: %s%n", name, line));
        }
        out.flush();
    }

    private String size(ModelCatalog catalog, ModelFactory factory) {
        Map<String, String> options =
                Map.of(ModelCatalog.INPUT, input, ModelCatalog.CLASSES, classes);
        long count = catalog.create(new ModelSpec(factory.name(), options)).parameterCount();
        return "%s parameters for input %s and %s classes"
                .formatted(Format.count(count), input, classes);
    }
}
