package dev.tributary.cli.display;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.tributary.cli.Format;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

import java.io.PrintStream;

/** A line for each finished round and each warning: for logs and pipes. */
final class PlainDisplay implements FederationDisplay {
    private final PrintStream out;

    @GuardedBy("this")
    private boolean titled;

    @GuardedBy("this")
    private boolean ended;

    @GuardedBy("this")
    private int shownRound = -1;

    @GuardedBy("this")
    private long shownEvent;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private String shownWaiting = "";

    PlainDisplay(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void update(RunStatus status) {
        if (closed) {
            return;
        }
        if (!titled) {
            titled = true;
            out.println(PlainLines.title(status));
        }
        showWaiting(status);
        showRounds(status);
        showEvents(status);
        if (status.ended() && !ended) {
            ended = true;
            out.println(PlainLines.end(status));
        }
        out.flush();
    }

    @Override
    public synchronized void note(String line) {
        out.println(Format.printable(line));
        out.flush();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    /** Whoever starts a server before its agents sees that it waits, and who has come. */
    @GuardedBy("this")
    private void showWaiting(RunStatus status) {
        boolean waiting = status.state() == RunStatus.State.WAITING && !status.message().isEmpty();
        if (waiting && !status.message().equals(shownWaiting)) {
            shownWaiting = status.message();
            out.println(Format.printable(shownWaiting));
        }
    }

    @GuardedBy("this")
    private void showRounds(RunStatus status) {
        for (RoundMetrics metrics : status.history()) {
            if (metrics.round() > shownRound) {
                shownRound = metrics.round();
                out.println(PlainLines.round(metrics, status.rounds()));
            }
        }
    }

    @GuardedBy("this")
    private void showEvents(RunStatus status) {
        for (RunEvent event : status.events()) {
            if (event.sequence() > shownEvent) {
                shownEvent = event.sequence();
                if (event.isWarning()) {
                    out.println(PlainLines.event(event));
                }
            }
        }
    }
}
