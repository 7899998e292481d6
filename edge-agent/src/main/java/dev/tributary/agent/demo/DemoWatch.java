package dev.tributary.agent.demo;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.display.FederationDisplay;
import dev.tributary.protocol.RunStatus;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Follows a federation from its start to its end and shows it. */
final class DemoWatch {
    private static final long POLL_MILLIS = 100;
    private static final Duration WIND_DOWN = Duration.ofSeconds(5);

    private final LocalFederation federation;
    private final FederationDisplay display;
    private final Path runsDirectory;
    private final long startNanos;
    private double firstRoundSeconds;

    DemoWatch(
            LocalFederation federation,
            FederationDisplay display,
            Path runsDirectory,
            long startNanos) {
        this.federation = federation;
        this.display = display;
        this.runsDirectory = runsDirectory;
        this.startNanos = startNanos;
    }

    /**
     * Waits until the run has ended and its files are written.
     *
     * @throws CommandException if it cannot end any more
     */
    DemoResult untilEnd() throws InterruptedException {
        while (true) {
            Optional<RunStatus> polled = federation.poll();
            polled.ifPresent(this::show);
            List<String> dead = federation.newlyDead();
            boolean started = polled.isPresent() && polled.get().state() != RunStatus.State.WAITING;
            if (!dead.isEmpty() && !started) {
                throw new CommandException(dead.get(0) + federation.whereMoreIs());
            }
            dead.forEach(display::note);
            if (polled.isPresent() && polled.get().ended()) {
                return end(polled.get());
            }
            if (!federation.anyAgentAlive()) {
                throw new CommandException("all agents have ended" + federation.whereMoreIs());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private void show(RunStatus status) {
        display.update(status);
        boolean any = status.history().stream().anyMatch(round -> round.round() >= 1);
        if (any && firstRoundSeconds == 0) {
            firstRoundSeconds = seconds();
        }
    }

    private DemoResult end(RunStatus status) throws InterruptedException {
        double seconds = seconds();
        federation.awaitAgents(WIND_DOWN);
        return new DemoResult(
                status, runsDirectory.resolve(status.runId()), seconds, firstRoundSeconds);
    }

    private double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
