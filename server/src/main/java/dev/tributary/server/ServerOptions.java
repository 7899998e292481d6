package dev.tributary.server;

import static java.util.Objects.requireNonNull;

import dev.tributary.credentials.Credential;
import dev.tributary.credentials.Role;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.http.Listening;
import dev.tributary.server.store.Retention;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a server runs, apart from what the run is about.
 *
 * @param host the address to listen on
 * @param port the port, 0 for any that is free
 * @param runsDirectory holds a directory for each run
 * @param initialModel a checkpoint to start from; empty for the model's own initial values
 * @param maximumUpdateBytes the longest body of an update, at least 1; empty for the model's own
 *     size and the longest header
 * @param poll how long a request for a task waits for one, above 0
 * @param silence how long an idle client may be silent before it is no longer asked, above 0
 * @param idle how long a connection may be silent before it is closed, longer than {@code poll}
 * @param maximumConnections connections at a time, at least 1; of more, clients are asked to come
 *     later
 * @param maximumWaiting updates of a run that may wait at a time to be counted and folded, at least
 *     1; their senders are asked to come later
 * @param database where what must survive is kept; empty for a file in the runs directory
 * @param beginAnew whether an unfinished run of the same name is given up for a new one
 * @param retention which versions of the model are kept
 * @param sideBySide runs that a standing server leads at a time, at least 1; others are queued
 * @param credential of a server; with it all connections are TLS and both sides known
 */
public record ServerOptions(
        String host,
        int port,
        Path runsDirectory,
        Optional<Path> initialModel,
        OptionalLong maximumUpdateBytes,
        Duration poll,
        Duration silence,
        Duration idle,
        int maximumConnections,
        int maximumWaiting,
        Optional<DatabaseAddress> database,
        boolean beginAnew,
        Retention retention,
        int sideBySide,
        Optional<Credential> credential) {

    /** Checks the ranges. */
    public ServerOptions {
        requireNonNull(host, "host is null");
        requireNonNull(runsDirectory, "runsDirectory is null");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: expected 0 to 65535, found " + port);
        }
        if (maximumUpdateBytes.isPresent() && maximumUpdateBytes.getAsLong() < 1) {
            throw new IllegalArgumentException(
                    "maximum update: expected at least 1 byte, found "
                            + maximumUpdateBytes.getAsLong());
        }
        requirePositive("poll", poll);
        requirePositive("silence", silence);
        if (idle.compareTo(poll) <= 0) {
            throw new IllegalArgumentException(
                    "idle: expected more than poll, which is %s, found %s".formatted(poll, idle));
        }
        requireOne("side by side", sideBySide);
        requireOne("maximum connections", maximumConnections);
        requireOne("maximum waiting", maximumWaiting);
        credential.ifPresent(given -> given.of(Role.SERVER));
    }

    /**
     * Where it listens.
     *
     * @throws IOException if the owners of clients cannot be read from the runs directory
     */
    Listening listening() throws IOException {
        return new Listening(host, port, maximumConnections, Optional.empty())
                .with(credential, runsDirectory);
    }

    /** On any free port of this machine alone, all else by default. */
    public static ServerOptions local(Path runsDirectory) {
        return builder(runsDirectory).build();
    }

    /** Builds options; what is not set is as in {@link #local}. */
    public static Builder builder(Path runsDirectory) {
        return new Builder(runsDirectory);
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(
                    name + ": expected more than nothing, found " + duration);
        }
    }

    private static void requireOne(String name, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(name + ": expected at least 1, found " + number);
        }
    }

    /** Collects options; not thread-safe. */
    public static final class Builder {
        private static final Duration POLL = Duration.ofSeconds(20);

        private final Path runsDirectory;
        private String host = "127.0.0.1";
        private int port;
        private Optional<Path> initialModel = Optional.empty();
        private OptionalLong maximumUpdateBytes = OptionalLong.empty();
        private Duration poll = POLL;
        private Duration silence = POLL.multipliedBy(3);
        private Duration idle = POLL.multipliedBy(3);
        private int maximumConnections = 20_000;
        private int maximumWaiting = 4096;
        private Optional<DatabaseAddress> database = Optional.empty();
        private boolean beginAnew;
        private Retention retention = Retention.DEFAULT;
        private int sideBySide = 1;
        private Optional<Credential> credential = Optional.empty();

        private Builder(Path runsDirectory) {
            this.runsDirectory = runsDirectory;
        }

        /** The address to listen on. */
        public Builder host(String newHost) {
            host = newHost;
            return this;
        }

        /** The port, 0 for any that is free. */
        public Builder port(int newPort) {
            port = newPort;
            return this;
        }

        /** A checkpoint to start from. */
        public Builder initialModel(Path newInitialModel) {
            initialModel = Optional.of(newInitialModel);
            return this;
        }

        /** The longest body of an update. */
        public Builder maximumUpdateBytes(long bytes) {
            maximumUpdateBytes = OptionalLong.of(bytes);
            return this;
        }

        /** How long a request for a task waits for one. */
        public Builder poll(Duration newPoll) {
            poll = newPoll;
            return this;
        }

        /** How long an idle client may be silent before it is no longer asked. */
        public Builder silence(Duration newSilence) {
            silence = newSilence;
            return this;
        }

        /** How long a connection may be silent before it is closed. */
        public Builder idle(Duration newIdle) {
            idle = newIdle;
            return this;
        }

        /** Connections at a time. */
        public Builder maximumConnections(int newMaximum) {
            maximumConnections = newMaximum;
            return this;
        }

        /** Updates of a run that wait at a time. */
        public Builder maximumWaiting(int newMaximum) {
            maximumWaiting = newMaximum;
            return this;
        }

        /** Where what must survive is kept. */
        public Builder database(DatabaseAddress newDatabase) {
            database = Optional.of(newDatabase);
            return this;
        }

        /** Gives up an unfinished run of the same name for a new one. */
        public Builder beginAnew(boolean newBeginAnew) {
            beginAnew = newBeginAnew;
            return this;
        }

        /** Which versions of the model are kept. */
        public Builder retention(Retention newRetention) {
            retention = newRetention;
            return this;
        }

        /** Runs that a standing server leads at a time. */
        public Builder sideBySide(int newSideBySide) {
            sideBySide = newSideBySide;
            return this;
        }

        /** Who the server is; without it, it speaks plain HTTP with anybody. */
        public Builder credential(Credential newCredential) {
            credential = Optional.of(newCredential);
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if one is out of range
         */
        public ServerOptions build() {
            return new ServerOptions(
                    host,
                    port,
                    runsDirectory,
                    initialModel,
                    maximumUpdateBytes,
                    poll,
                    silence,
                    idle,
                    maximumConnections,
                    maximumWaiting,
                    database,
                    beginAnew,
                    retention,
                    sideBySide,
                    credential);
        }
    }
}
