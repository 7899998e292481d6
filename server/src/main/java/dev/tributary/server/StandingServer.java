package dev.tributary.server;

import dev.tributary.server.http.StatisticsDesk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;

/**
 * A server that waits for runs and leads them, some at a time, until it is closed.
 *
 * <p>It begins with all runs in its database that have not ended. Thread-safe. Closing it leaves
 * the runs as they are on disk: the next one goes on with them.
 */
public final class StandingServer implements AutoCloseable {
    private final ServerCore core;

    private StandingServer(ServerCore core) {
        this.core = core;
    }

    /**
     * Starts to serve, and takes up what an earlier server has left.
     *
     * @param models finds what run files name
     * @param listener hears what becomes of runs
     * @throws RuntimeException if the address or the database cannot be had
     */
    public static StandingServer start(ServerOptions options, Models models, RunListener listener) {
        try {
            ServerCore core = new ServerCore(options, models, listener, StatisticsDesk.NONE, true);
            core.board().goOn();
            return new StandingServer(core);
        } catch (RuntimeException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("the server did not start", e);
        }
    }

    /** Where it can be reached. */
    public URI url() {
        return core.url();
    }

    /** Ends everything but the runs, which can go on later; harmless to repeat. */
    @Override
    public void close() {
        core.close();
    }
}
