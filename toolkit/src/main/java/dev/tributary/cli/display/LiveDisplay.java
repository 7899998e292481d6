package dev.tributary.cli.display;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.tributary.cli.Format;
import dev.tributary.cli.Terminal;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.util.List;
import java.util.function.LongSupplier;

/** Redraws a {@link LiveFrame} in place, at most ten times a second; warnings stay above it. */
final class LiveDisplay implements FederationDisplay {
    private static final long INTERVAL_NANOS = 100_000_000;
    private static final String ESCAPE = "\u001b[";

    private final LiveFrame frame;
    private final PrintStream out;
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private @Nullable RunStatus newest;

    @GuardedBy("this")
    private int shownLines;

    @GuardedBy("this")
    private long shownNanos;

    @GuardedBy("this")
    private long shownEvent;

    @GuardedBy("this")
    private boolean closed;

    LiveDisplay(Terminal terminal, PrintStream out, LongSupplier nanoTime) {
        this.frame = new LiveFrame(terminal);
        this.out = out;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized void update(RunStatus status) {
        if (closed) {
            return;
        }
        newest = status;
        long now = nanoTime.getAsLong();
        if (shownLines == 0 || status.ended() || now - shownNanos >= INTERVAL_NANOS) {
            shownNanos = now;
            draw(warnings(status), frame.lines(status));
        }
    }

    @Override
    public synchronized void note(String line) {
        draw(above(line), newest == null || closed ? List.of() : frame.lines(newest));
    }

    @Override
    public synchronized void close() {
        if (!closed && newest != null) {
            draw(warnings(newest), frame.lines(newest));
        }
        closed = true;
        shownLines = 0;
    }

    /** What the frame has no room for: warnings and errors that are not shown yet, in full. */
    @GuardedBy("this")
    private String warnings(RunStatus status) {
        StringBuilder text = new StringBuilder();
        for (RunEvent event : status.events()) {
            if (event.sequence() > shownEvent) {
                shownEvent = event.sequence();
                text.append(event.isWarning() ? above(PlainLines.event(event)) : "");
            }
        }
        return text.toString();
    }

    private static String above(String line) {
        return Format.printable(line) + ESCAPE + "K\n";
    }

    /**
     * One write, so that no half frame is seen. Wrapping is off for the frame: a terminal that was
     * made narrower cuts its lines and does not shift them.
     */
    @GuardedBy("this")
    private void draw(String above, List<String> lines) {
        StringBuilder text = new StringBuilder();
        if (shownLines > 0) {
            text.append(ESCAPE).append(shownLines).append('A');
        }
        text.append('\r').append(above).append(ESCAPE).append("?7l");
        lines.forEach(line -> text.append(line).append(ESCAPE).append("K\n"));
        text.append(ESCAPE).append('J').append(ESCAPE).append("?7h");
        out.print(text);
        out.flush();
        shownLines = lines.size();
    }
}
