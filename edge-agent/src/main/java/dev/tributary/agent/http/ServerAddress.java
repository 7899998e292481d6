package dev.tributary.agent.http;

import dev.tributary.credentials.Credential;
import dev.tributary.credentials.CredentialException;

import org.jspecify.annotations.Nullable;

import java.net.ProxySelector;
import java.net.URI;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/**
 * Where a server is, and as whom to connect to it. Thread-safe; all connections with a credential
 * share one TLS context, which remembers the server.
 */
public final class ServerAddress {
    private final URI url;
    private final @Nullable SSLContext tls;

    private ServerAddress(URI url, @Nullable SSLContext tls) {
        this.url = url;
        this.tls = tls;
    }

    /** To connect as nobody in particular: plain HTTP, or HTTPS as browsers do it. */
    public static ServerAddress of(URI url) {
        return new ServerAddress(url, null);
    }

    /**
     * To connect as whoever the credential says, to a server of the same authority.
     *
     * @throws CredentialException if there is a credential and the URL is not one of https
     */
    public static ServerAddress of(URI url, Optional<Credential> credential) {
        if (credential.isEmpty()) {
            return of(url);
        }
        if (!"https".equals(url.getScheme())) {
            throw new CredentialException(
                    "server: expected a URL that begins with https:// with --credentials, found "
                            + url);
        }
        return new ServerAddress(url, credential.get().tls());
    }

    /** Scheme, host, port and maybe a path. */
    public URI url() {
        return url;
    }

    /** Connects with the first request. */
    public HttpTransport open() {
        return new HttpTransport(new Route(url, tls, ProxySelector.getDefault()));
    }
}
