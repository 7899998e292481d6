package dev.tributary.server;

import dev.tributary.files.PrivateFiles;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.http.Desks;
import dev.tributary.server.http.HttpFront;
import dev.tributary.server.http.StatisticsDesk;
import dev.tributary.server.telemetry.ServerMetrics;

import java.net.URI;

/**
 * What every server has: a database, runs, clients, and a web server in front.
 *
 * <p>It is closed from the front: requests for tasks and events end, then uploads that are under
 * way get their few seconds, then the runs are left as they are on disk. From the first moment on
 * nothing waits for a database that is away. Thread-safe.
 */
final class ServerCore implements AutoCloseable {
    private final Closers closers = new Closers();
    private final ServerMetrics metrics = new ServerMetrics();
    private final Database database;
    private final ClientHall hall;
    private final RunBoard board;
    private final HttpFront http;
    private boolean closed;

    /**
     * @param statistics where sites tell of their tables; handed over
     * @param standing whether it goes on when a run has ended
     */
    ServerCore(
            ServerOptions options,
            Models models,
            RunListener listener,
            StatisticsDesk statistics,
            boolean standing)
            throws Exception {
        try {
            PrivateFiles.createDirectories(options.runsDirectory());
            database = closers.add(Database.open(address(options)));
            hall = new ClientHall(options.poll(), standing);
            board =
                    closers.add(
                            new RunBoard(
                                    options, database, hall, metrics, models, listener, standing));
            http =
                    closers.add(
                            HttpFront.start(
                                    options.listening(),
                                    new Desks(board, hall, statistics, metrics, options.idle())));
            closers.add(statistics);
            closers.add(board::quiet);
            closers.add(hall);
            Gauges.show(metrics, hall, board);
            closers.add(database::endPatience);
        } catch (Exception e) {
            try (closers) {
                throw e;
            }
        }
    }

    Database database() {
        return database;
    }

    RunBoard board() {
        return board;
    }

    URI url() {
        return http.url();
    }

    /** Harmless to repeat. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            closers.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the server did not stop cleanly", e);
        }
    }

    private static DatabaseAddress address(ServerOptions options) {
        return options.database()
                .orElseGet(() -> DatabaseAddress.inDirectory(options.runsDirectory()));
    }
}
