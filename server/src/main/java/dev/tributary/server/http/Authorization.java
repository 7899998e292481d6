package dev.tributary.server.http;

import dev.tributary.credentials.CredentialException;
import dev.tributary.credentials.Identity;
import dev.tributary.credentials.Role;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Paths;
import dev.tributary.server.round.RefusedException;

import org.eclipse.jetty.http.pathmap.MatchedResource;
import org.eclipse.jetty.http.pathmap.PathMappings;
import org.eclipse.jetty.http.pathmap.UriTemplatePathSpec;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who may do what, by the certificate of the connection.
 *
 * <p>An operator may do everything. An agent may do what {@link #RIGHTS} lists, and speaks for the
 * clients that it has registered and no others: where a client is in the path, that is checked
 * here; where it is in the body, by who reads that, with {@link Peer}.
 */
final class Authorization extends Handler.Wrapper {
    private static final Set<Role> AGENTS = Set.of(Role.AGENT, Role.RELAY);
    private static final Set<Role> RELAYS = Set.of(Role.RELAY);

    private static final List<Right> RIGHTS =
            List.of(
                    // For a client of one's own.
                    new Right(AGENTS, Set.of("PUT"), Paths.SITE_STATISTICS),
                    new Right(AGENTS, Set.of("POST"), Paths.CLIENTS),
                    new Right(AGENTS, Set.of("DELETE"), Paths.CLIENT),
                    new Right(AGENTS, Set.of("GET"), Paths.TASK),
                    new Right(AGENTS, Set.of("POST"), Paths.PROGRESS),
                    new Right(AGENTS, Set.of("PUT", "HEAD"), Paths.UPDATE),
                    new Right(AGENTS, Set.of("PUT"), Paths.EVALUATION),
                    new Right(RELAYS, Set.of("PUT"), Paths.SUMS),
                    // What whoever takes part may see.
                    new Right(AGENTS, Set.of("GET"), Paths.STATISTICS),
                    new Right(AGENTS, Set.of("GET", "HEAD"), Paths.MODEL),
                    new Right(AGENTS, Set.of("GET", "HEAD"), Paths.NEWEST_MODEL),
                    new Right(AGENTS, Set.of("GET"), Paths.EVENTS),
                    new Right(AGENTS, Set.of("GET", "HEAD"), Paths.HEALTH),
                    new Right(RELAYS, Set.of("GET"), Paths.LAYOUT));

    private final ClientOwners owners;
    private final PathMappings<Right> rights = new PathMappings<>();

    /** Some may use some methods at a path. */
    private record Right(Set<Role> roles, Set<String> methods, String path) {
        /** The first to tell of a client has it, as with its registration. */
        boolean claims() {
            return path.equals(Paths.SITE_STATISTICS);
        }
    }

    Authorization(Handler handler, ClientOwners owners) {
        super(handler);
        this.owners = owners;
        RIGHTS.forEach(right -> rights.put(new UriTemplatePathSpec(right.path), right));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        try {
            Peer peer = new Peer(holder(request), owners);
            if (peer.holder().role() != Role.OPERATOR) {
                requireRight(request, peer);
            }
            peer.signs(request);
        } catch (RefusedException e) {
            new Exchange(request, response, callback, Map.of()).fail(e);
            return true;
        }
        return super.handle(request, response, callback);
    }

    private static Identity holder(Request request) {
        EndPoint.@Nullable SslSessionData tls =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        if (tls == null || tls.peerCertificates() == null || tls.peerCertificates().length == 0) {
            throw new RefusedException(
                    ErrorCode.FORBIDDEN, "expected a certificate of this server's authority");
        }
        try {
            return Identity.of(tls.peerCertificates()[0]);
        } catch (CredentialException e) {
            throw new RefusedException(ErrorCode.FORBIDDEN, String.valueOf(e.getMessage()));
        }
    }

    private void requireRight(Request request, Peer peer) {
        String path = Request.getPathInContext(request);
        MatchedResource<Right> match = rights.getMatched(path);
        Right right = match == null ? null : match.getResource();
        if (right == null
                || !right.roles.contains(peer.holder().role())
                || !right.methods.contains(request.getMethod())) {
            throw new RefusedException(
                    ErrorCode.FORBIDDEN,
                    "%s %s: expected the certificate of an operator, found that of %s"
                            .formatted(request.getMethod(), Ids.shown(path), peer.holder()));
        }
        requireClient(request, peer, right, clientIn(path, match));
    }

    private static void requireClient(
            Request request, Peer peer, Right right, @Nullable String client) {
        String fetching = request.getHeaders().get(Paths.CLIENT_HEADER);
        if (fetching != null) {
            peer.requireOwn(Ids.check(Paths.CLIENT_HEADER, fetching));
        }
        if (client != null && right.claims()) {
            peer.claim(Ids.check("client", client));
        } else if (client != null) {
            peer.requireOwn(Ids.check("client", client));
        }
    }

    private static @Nullable String clientIn(String path, MatchedResource<Right> match) {
        return match.getPathSpec() instanceof UriTemplatePathSpec template
                ? template.getPathParams(path).get("client")
                : null;
    }
}
