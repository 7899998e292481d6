package dev.tributary.agent;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.ProgressListener;

/** Tells the server how far local training is, at most once a second; ends it on interruption. */
final class ProgressReporter implements ProgressListener {
    private static final long INTERVAL_NANOS = 1_000_000_000;

    private final ServerClient server;
    private final RoundTask task;
    private final Timing timing;
    private long last;

    ProgressReporter(ServerClient server, RoundTask task, Timing timing) {
        this.server = server;
        this.task = task;
        this.timing = timing;
        this.last = timing.nanos();
    }

    @Override
    public void progress(double fraction, double loss) {
        if (Thread.currentThread().isInterrupted()) {
            throw new AgentStoppedException();
        }
        long now = timing.nanos();
        if (now - last >= INTERVAL_NANOS && fraction < 1) {
            last = now;
            server.progress(
                    new ClientProgress(
                            task.runId(), task.round(), ClientPhase.TRAINING, fraction, loss));
        }
    }
}
