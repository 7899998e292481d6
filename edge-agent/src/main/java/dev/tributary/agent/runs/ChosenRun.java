package dev.tributary.agent.runs;

import dev.tributary.cli.CommandException;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Parameters;

import java.util.List;

/** The run that is meant where none need be named: then it is the newest. */
final class ChosenRun {
    @Parameters(
            arity = "0..1",
            paramLabel = "<run>",
            description = "The run's id (default: the newest run).")
    private @Nullable String run;

    /**
     * Its id.
     *
     * @throws CommandException if none is named and the server has none
     */
    String id(RunsClient client) {
        if (run != null) {
            return run;
        }
        List<RunStatus> all = client.list();
        if (all.isEmpty()) {
            throw new CommandException("server %s has no runs".formatted(client.server()));
        }
        return all.get(all.size() - 1).runId();
    }
}
