package dev.tributary.agent.http;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

import dev.tributary.credentials.CertificateAuthority;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.Identity;
import dev.tributary.credentials.Role;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/** Servers of either kind, and transports to them: TLS is with certificates on both sides. */
enum Scheme {
    HTTP,
    HTTPS;

    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create(Clock.systemUTC());

    /** Of a server at localhost. */
    static final SSLContext SERVER =
            AUTHORITY
                    .issue(new Identity(Role.SERVER, "server"), List.of("localhost", "127.0.0.1"))
                    .tls();

    static final Credential AGENT = AUTHORITY.issue(new Identity(Role.AGENT, "site-a"), List.of());

    /** The JDK's own, on a free port. */
    HttpServer server() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (this == HTTP) {
            return HttpServer.create(any, 0);
        }
        HttpsServer server = HttpsServer.create(any, 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(SERVER) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters demanding = SERVER.getDefaultSSLParameters();
                        demanding.setNeedClientAuth(true);
                        parameters.setSSLParameters(demanding);
                    }
                });
        return server;
    }

    /** Accepts connections on a free port. */
    ServerSocket listener() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        if (this == HTTP) {
            return new ServerSocket(0, 50, loopback);
        }
        SSLServerSocket listener =
                (SSLServerSocket)
                        SERVER.getServerSocketFactory().createServerSocket(0, 50, loopback);
        listener.setNeedClientAuth(true);
        return listener;
    }

    URI uri(int port) {
        return URI.create(name().toLowerCase(java.util.Locale.ROOT) + "://localhost:" + port);
    }

    HttpTransport open(URI uri) {
        return open(uri, null);
    }

    HttpTransport open(URI uri, @Nullable ProxySelector proxies) {
        return new HttpTransport(new Route(uri, this == HTTP ? null : AGENT.tls(), proxies));
    }
}
