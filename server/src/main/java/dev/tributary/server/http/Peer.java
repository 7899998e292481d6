package dev.tributary.server.http;

import dev.tributary.credentials.Identity;
import dev.tributary.credentials.Role;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.round.RefusedException;

import org.eclipse.jetty.server.Request;

import java.util.Optional;

/**
 * Who sends a request, by the certificate of its connection, and whom it speaks for.
 *
 * <p>An agent speaks for the clients that it has registered, an operator for all.
 */
record Peer(Identity holder, ClientOwners owners) {
    private static final String ATTRIBUTE = Peer.class.getName();

    /** Who sends a request; empty where the server knows nobody by a certificate. */
    static Optional<Peer> of(Request request) {
        return Optional.ofNullable((Peer) request.getAttribute(ATTRIBUTE));
    }

    /** From here on, the request is known to be this peer's. */
    void signs(Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /**
     * Registers a client as its own.
     *
     * @throws RefusedException if it is another's
     */
    void claim(String client) {
        requireOwner(client, owners.claim(client, holder));
    }

    /**
     * Checks that it speaks for a client.
     *
     * @throws RefusedException if it does not
     */
    void requireOwn(String client) {
        Optional<String> owner = owners.find(client);
        if (owner.isPresent()) {
            requireOwner(client, owner.get());
        } else if (holder.role() != Role.OPERATOR) {
            throw new RefusedException(
                    ErrorCode.UNKNOWN_CLIENT, "client " + client + " is not registered");
        }
    }

    private void requireOwner(String client, String owner) {
        if (holder.role() != Role.OPERATOR && !owner.equals(holder.toString())) {
            throw new RefusedException(
                    ErrorCode.FORBIDDEN,
                    "client %s: expected the certificate of %s, which registered it, found that of %s"
                            .formatted(client, owner, holder));
        }
    }
}
