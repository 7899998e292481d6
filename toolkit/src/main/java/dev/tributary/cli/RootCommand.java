package dev.tributary.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import java.nio.file.Path;

/** {@code tributary} itself: the options of all commands, and the help when there is none. */
@Command(
        name = "tributary",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Versions.class,
        description =
                "Federated deep learning on the JVM: many streams of private data, one model.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
@SuppressWarnings("UnusedVariable") // EarlyOptions read them; here they are checked and explained
final class RootCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = EarlyOptions.DEBUG,
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of a failure.")
    private boolean debug;

    @Option(
            names = EarlyOptions.LOG_FILE,
            scope = ScopeType.INHERIT,
            paramLabel = "<file>",
            description = "Also write a log to this file.")
    private @Nullable Path logFile;

    @Option(
            names = EarlyOptions.PLUGINS,
            scope = ScopeType.INHERIT,
            paramLabel = "<dir>",
            description = "Also find models, data sets, strategies and commands in its jars.")
    private @Nullable Path plugins;

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
