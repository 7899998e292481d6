package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.server.RunNames;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/** What commands that simulate let a user choose. */
final class SimulationOptions {
    @Option(
            names = "--threads",
            paramLabel = "<n>",
            description =
                    "How many clients train at a time (default: as many as there are cores, on a"
                            + " GPU one).")
    private @Nullable Integer threads;

    @Option(
            names = "--data-dir",
            paramLabel = "<dir>",
            description = "Where the data set's files are; else what the run file says.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--device",
            paramLabel = "<device>",
            description = "auto, cpu, gpu or gpu:N; else what the run file says.")
    private @Nullable String device;

    @Option(
            names = "--runs-dir",
            defaultValue = "runs",
            paramLabel = "<dir>",
            description = "Holds a directory for each run (default: ${DEFAULT-VALUE}).")
    private Path runsDirectory = Path.of("runs");

    /** The run file, with what the user chose in its place. */
    RunConfig config(Path runFile) {
        RunConfig config = RunFile.read(runFile, RunNames::check);
        if (dataDirectory != null) {
            config = config.toBuilder().data(config.data().withDirectory(dataDirectory)).build();
        }
        return device == null ? config : config.toBuilder().device(device).build();
    }

    int threads(RunConfig config) {
        int usual =
                config.device().startsWith("gpu") ? 1 : Runtime.getRuntime().availableProcessors();
        int wanted = threads == null ? usual : threads;
        if (wanted < 1) {
            throw new CommandException("--threads: expected at least 1, found " + wanted);
        }
        return wanted;
    }

    Path runsDirectory() {
        return runsDirectory;
    }
}
