package dev.tributary.agent.runs;

import dev.tributary.cli.CommandProvider;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.Objects;

/** {@code tributary run}: what can be done with the runs of a server. */
@Command(
        name = "run",
        description = "Submit runs to a server, follow them, fetch their models.",
        subcommands = {
            SubmitCommand.class,
            ListCommand.class,
            ShowCommand.class,
            WatchCommand.class,
            LogCommand.class,
            StopCommand.class,
            ResumeCommand.class,
            DownloadCommand.class
        })
public final class RunCommand implements CommandProvider, Runnable {
    @Spec private @Nullable CommandSpec spec;

    /** For the service loader. */
    public RunCommand() {}

    @Override
    public int order() {
        return 25;
    }

    @Override
    public void run() {
        CommandSpec known = Objects.requireNonNull(spec, "spec is null");
        known.commandLine().usage(known.commandLine().getOut());
    }
}
