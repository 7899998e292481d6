package dev.tributary.agent.http;

import dev.tributary.credentials.Credential;
import dev.tributary.credentials.CredentialException;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.Optional;

/**
 * Where a server is, and as whom to connect to it. Thread-safe; all connections with a credential
 * share one HTTP client.
 */
public final class ServerAddress {
    private final URI url;
    private final @Nullable HttpClient known;

    private ServerAddress(URI url, @Nullable HttpClient known) {
        this.url = url;
        this.known = known;
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
        return new ServerAddress(
                url, JdkTransport.client().sslContext(credential.get().tls()).build());
    }

    /** Scheme, host, port and maybe a path. */
    public URI url() {
        return url;
    }

    /**
     * Connects with the first request: by plain sockets for http, by the JDK's client for https.
     */
    public HttpTransport open() {
        if (known != null) {
            return new JdkTransport(url, known);
        }
        return "https".equals(url.getScheme()) ? new JdkTransport(url) : new SocketTransport(url);
    }
}
