package dev.tributary.server.command;

import dev.tributary.cli.Format;
import dev.tributary.cli.display.FederationDisplay;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.FederatedServer;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Shows a server's run until it has ended, or a signal ends the process before.
 *
 * <p>Used by the command's thread, but {@link #stop} comes from a shutdown hook.
 */
final class RunWatch {
    private static final Duration LOOK = Duration.ofMillis(100);

    private final FederatedServer server;
    private final FederationDisplay display;
    private volatile boolean stopping;

    RunWatch(FederatedServer server, FederationDisplay display) {
        this.server = server;
        this.display = display;
    }

    /** Tells what is served, and where. */
    void announce() {
        RunStatus status = server.status();
        display.note(
                "%s run %s at %s: %s, %s parameters, on %s (%s)"
                        .formatted(
                                server.resumed() ? "resuming" : "serving",
                                server.runId(),
                                server.url(),
                                status.model(),
                                Format.count(status.parameterCount()),
                                server.deviceName(),
                                server.deviceReason()));
    }

    /** Waits for the end of the run. */
    RunStatus follow() throws InterruptedException, ExecutionException {
        while (true) {
            try {
                RunStatus last = server.end().get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                display.update(last);
                return last;
            } catch (TimeoutException e) {
                update();
            }
        }
    }

    private void update() throws InterruptedException {
        try {
            display.update(server.status());
        } catch (CompletionException e) {
            if (!stopping) {
                throw e;
            }
            // The process is being ended, and nothing is left to show.
            Thread.currentThread().join();
        }
    }

    /**
     * In a shutdown hook: the process ends when this does.
     *
     * @param forGood whether the run is not to go on at the next start
     */
    void stop(boolean forGood) {
        stopping = true;
        boolean over = server.end().isDone();
        if (forGood && !over) {
            server.stop("the server was stopped");
        }
        server.close();
        display.close();
        if (!forGood && !over) {
            System.err.printf(
                    "run %s is left as it is; the same command goes on with it%n", server.runId());
        }
    }
}
