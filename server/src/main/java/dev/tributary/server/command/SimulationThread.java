package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.display.FederationDisplay;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.SimulatedRun;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a simulation, while the caller's thread shows how it gets on; a signal stops it. */
final class SimulationThread implements AutoCloseable {
    private static final long LOOK_MILLIS = 100;

    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(SimulationThread::thread);
    private final Thread onSignal = new Thread(this::stop, "simulate-stop");
    private final SimulatedRun run;
    private final FederationDisplay display;
    private volatile boolean stopping;

    SimulationThread(SimulatedRun run, FederationDisplay display) {
        this.run = run;
        this.display = display;
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    /**
     * Runs to the end.
     *
     * @throws CommandException if the simulation breaks
     */
    RunStatus run(SimulationWatch watch) throws InterruptedException {
        Future<RunStatus> end = thread.submit(run::run);
        while (true) {
            RunStatus now = run.status();
            try {
                now = end.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Goes on.
            } catch (ExecutionException e) {
                leaveToTheHook();
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new CommandException("the simulation failed", cause);
            }
            watch.look(now);
            display.update(now);
            leaveToTheHook();
            if (end.isDone() && now.ended()) {
                return now;
            }
        }
    }

    /** Where a signal ends the process, its hook says what is left to say. */
    private void leaveToTheHook() throws InterruptedException {
        if (stopping) {
            Thread.currentThread().join();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // It runs already.
        }
    }

    /** The result so far is written before the process ends. */
    private void stop() {
        stopping = true;
        thread.shutdownNow();
        try {
            thread.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        display.update(run.status());
        display.note("stopped; its files are in " + run.directory());
        display.close();
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "simulation");
        thread.setDaemon(true);
        return thread;
    }
}
