package dev.tributary.server.http;

import dev.tributary.credentials.Credential;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a web server listens, and to whom.
 *
 * @param host the address to listen on
 * @param port the port; 0 for any that is free
 * @param maximumConnections of more, clients are asked to come later
 * @param access by TLS, for peers with certificates; empty for plain HTTP with anybody
 */
public record Listening(String host, int port, int maximumConnections, Optional<Access> access) {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    /**
     * The same for peers of a credential's authority, if there is one.
     *
     * @param directory where the owners of clients are kept
     * @throws IOException if they cannot be read
     */
    public Listening with(Optional<Credential> credential, Path directory) throws IOException {
        return credential.isEmpty()
                ? this
                : new Listening(
                        host,
                        port,
                        maximumConnections,
                        Optional.of(new Access(credential.get(), ClientOwners.in(directory))));
    }

    /**
     * The names by which requests may call it, in lower case; none for any. Where certificates say
     * who asks, or other machines may ask, names say nothing.
     */
    Set<String> names() {
        if (access.isPresent() || !thisMachineAlone()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>(THIS_MACHINE);
        names.add((host.contains(":") ? "[" + host + "]" : host).toLowerCase(Locale.ROOT));
        return names;
    }

    /** Whether nobody on another machine can connect. */
    boolean thisMachineAlone() {
        InetAddress address = new InetSocketAddress(host, port).getAddress();
        return address != null && address.isLoopbackAddress();
    }

    /**
     * The host by which clients reach it: where it listens on all, the first in its certificate.
     */
    String reachedAt() {
        InetAddress address = new InetSocketAddress(host, port).getAddress();
        boolean all = address != null && address.isAnyLocalAddress();
        return all && access.isPresent() ? access.get().credential().names().get(0) : host;
    }
}
