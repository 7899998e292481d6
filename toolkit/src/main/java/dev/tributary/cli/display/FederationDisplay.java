package dev.tributary.cli.display;

import dev.tributary.cli.Terminal;
import dev.tributary.protocol.RunStatus;

import java.io.PrintStream;

/**
 * Shows a run while it happens.
 *
 * <p>Feed it snapshots as often as they come; it decides what is worth showing. Close it when the
 * run is over, in any case: then the last snapshot stands and the output can be used again. Closing
 * again does nothing. Thread-safe: a shutdown hook may close it while another thread feeds it.
 */
public interface FederationDisplay extends AutoCloseable {

    /** Shows the newest snapshot of the run. */
    void update(RunStatus status);

    /** Shows one line that stays: what happens outside of the run. */
    void note(String line);

    @Override
    void close();

    /**
     * Of this process.
     *
     * @param json whether the standard output is for JSON alone: then lines go to the standard
     *     error
     */
    static FederationDisplay system(boolean json) {
        return json ? new PlainDisplay(System.err) : of(Terminal.system(), System.out);
    }

    /** In place where a person watches the output, else line by line. */
    static FederationDisplay of(Terminal terminal, PrintStream out) {
        return terminal.interactive()
                ? new LiveDisplay(terminal, out, System::nanoTime)
                : new PlainDisplay(out);
    }
}
