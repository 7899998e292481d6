package dev.tributary.models.template;

import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.Versions;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code tributary new own-model my-project}: a project that builds and runs as written. */
@Command(
        name = "new",
        description = {
            "Write a Maven project with a model and a data reader of your own.",
            "Templates: own-model (your own DJL Block and data reader, with test and run file)."
        })
public final class NewCommand implements CommandProvider, Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "<template>", description = "Which project: own-model.")
    private String template = "";

    @Parameters(index = "1", paramLabel = "<dir>", description = "Where; must be new or empty.")
    private Path directory = Path.of("");

    /** For the service loader. */
    public NewCommand() {}

    @Override
    public int order() {
        return 60;
    }

    @Override
    public Integer call() throws IOException {
        Template chosen = Template.named(template);
        chosen.write(directory, Versions.tributary());
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.printf("%s: %s%n", directory, chosen.description());
        chosen.files().forEach(file -> out.printf("  %s%n", file));
        out.printf(
                "Next: 'mvn install -DskipTests' in Tributary's source directory, then in %s:"
                        + " mvn package, and tributary simulate run.yaml --plugins target%n",
                directory);
        out.flush();
        return 0;
    }
}
