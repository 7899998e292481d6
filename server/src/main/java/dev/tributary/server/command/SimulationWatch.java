package dev.tributary.server.command;

import dev.tributary.config.RunConfig;
import dev.tributary.protocol.RunStatus;

import java.nio.file.Path;

/** Notes what a simulation costs while it goes on. */
final class SimulationWatch {
    private final long startNanos;
    private double firstRoundSeconds;

    /**
     * @param startNanos when the command began
     */
    SimulationWatch(long startNanos) {
        this.startNanos = startNanos;
    }

    void look(RunStatus status) {
        if (firstRoundSeconds == 0
                && status.history().stream().anyMatch(round -> round.round() >= 1)) {
            firstRoundSeconds = seconds();
        }
    }

    SimulationResult result(RunStatus last, RunConfig config, Path directory) {
        return new SimulationResult(
                last, config.stop().accuracy(), directory, seconds(), firstRoundSeconds);
    }

    private double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
