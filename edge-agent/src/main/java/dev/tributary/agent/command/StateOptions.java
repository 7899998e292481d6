package dev.tributary.agent.command;

import dev.tributary.agent.state.AgentState;
import dev.tributary.cli.CommandException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;

/** The options that say where an agent keeps what must survive it. */
public final class StateOptions {
    @Option(
            names = "--state-dir",
            paramLabel = "<dir>",
            description =
                    "Where trained updates and the last model outlive a crash (default:"
                            + " $XDG_STATE_HOME/tributary, or else ~/.local/state/tributary).")
    private @Nullable Path directory;

    @Option(
            names = "--no-state",
            description = "Keep nothing on disk: after a crash the round is trained again.")
    private boolean off;

    /** For picocli. */
    public StateOptions() {}

    /**
     * Opens and locks the state of these clients.
     *
     * @throws dev.tributary.agent.state.StateException if another agent has one of them
     */
    public AgentState open(Collection<String> clientIds) {
        if (off && directory != null) {
            throw new CommandException("expected --state-dir or --no-state, found both");
        }
        if (off) {
            return AgentState.none();
        }
        Path chosen = directory != null ? directory : standard(System.getenv());
        return AgentState.open(chosen, clientIds);
    }

    /** The place for state in a user's home, by the rules of freedesktop.org. */
    public static Path standard(Map<String, String> environment) {
        String home = environment.getOrDefault("XDG_STATE_HOME", "");
        Path base =
                home.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".local", "state")
                        : Path.of(home);
        return base.resolve("tributary");
    }
}
