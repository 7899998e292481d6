package dev.tributary.server.relay;

import static java.util.Objects.requireNonNull;

import dev.tributary.credentials.Credential;
import dev.tributary.credentials.Role;
import dev.tributary.server.http.Listening;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a relay is told when it starts.
 *
 * @param parent the parent's URL: http or https, with a host
 * @param host the address to listen on
 * @param port the port; 0 for any that is free
 * @param workDirectory where models and updates wait; of one relay alone
 * @param hold how long an update waits for those of its neighbours, so that their sum can be sent
 *     in place of each
 * @param grace how long agents have to hear of the end, from when the first of them has
 * @param credential of a relay; with it both sides of all connections are known, by TLS
 */
public record RelayOptions(
        URI parent,
        String host,
        int port,
        Path workDirectory,
        Duration hold,
        Duration grace,
        Optional<Credential> credential) {
    /** How long updates wait unless told otherwise. */
    public static final Duration HOLD = Duration.ofSeconds(2);

    /** How long agents have to hear of the end unless told otherwise. */
    public static final Duration GRACE = Duration.ofSeconds(10);

    /** The longest: agents give a request up after a minute. */
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(30);

    /** Checks the values. */
    public RelayOptions {
        requireNonNull(host, "host is null");
        requireNonNull(workDirectory, "workDirectory is null");
        if (parent.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "parent: expected a URL without a user name and password, found one with them");
        }
        String scheme = String.valueOf(parent.getScheme());
        if (!(scheme.equals("http") || scheme.equals("https")) || parent.getHost() == null) {
            throw new IllegalArgumentException(
                    "parent: expected a URL such as http://server:8080, found " + parent);
        }
        if (credential.isPresent() && !scheme.equals("https")) {
            throw new IllegalArgumentException(
                    "parent: expected a URL that begins with https:// with --credentials, found "
                            + parent);
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: expected 0 to 65535, found " + port);
        }
        if (hold.isNegative() || hold.compareTo(LONGEST_HOLD) > 0) {
            throw new IllegalArgumentException(
                    "hold: expected 0 to %d seconds, found %s"
                            .formatted(LONGEST_HOLD.toSeconds(), hold));
        }
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace: expected at least 0, found " + grace);
        }
        credential.ifPresent(given -> given.of(Role.RELAY));
    }

    /**
     * Where it listens.
     *
     * @param maximumConnections of more, agents are asked to come later
     * @throws IOException if the owners of clients cannot be read from the work directory
     */
    Listening listening(int maximumConnections) throws IOException {
        return new Listening(host, port, maximumConnections, Optional.empty())
                .with(credential, workDirectory);
    }

    /** On this machine, at any free port. */
    public static RelayOptions local(URI parent, Path workDirectory) {
        return new RelayOptions(
                parent, "127.0.0.1", 0, workDirectory, HOLD, GRACE, Optional.empty());
    }

    /** The same with another time for agents to hear of the end. */
    public RelayOptions withGrace(Duration newGrace) {
        return new RelayOptions(parent, host, port, workDirectory, hold, newGrace, credential);
    }

    /** The same with a credential. */
    public RelayOptions withCredential(Credential newCredential) {
        return new RelayOptions(
                parent, host, port, workDirectory, hold, grace, Optional.of(newCredential));
    }
}
