package dev.tributary.agent.http;

import dev.tributary.cli.ErrorText;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * The way to one server: plain for http; for https by TLS, and through a proxy where Java is told
 * of one. Immutable.
 */
final class Route {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final String name;
    private final int port;
    private final String authority;
    private final boolean secure;
    private final @Nullable SSLContext tls;
    private final @Nullable InetSocketAddress proxy;

    /**
     * @param server scheme, host and port count
     * @param tls with a credential; null for none
     * @param proxies know who leads to the server; null if nobody does
     */
    Route(URI server, @Nullable SSLContext tls, @Nullable ProxySelector proxies) {
        this.secure = "https".equals(server.getScheme());
        this.name = server.getHost();
        int usual = secure ? HTTPS_PORT : HTTP_PORT;
        this.port = server.getPort() < 0 ? usual : server.getPort();
        this.authority = server.getPort() < 0 ? name : name + ":" + port;
        this.tls = tls;
        this.proxy = secure && proxies != null ? first(proxies.select(server)) : null;
    }

    private static @Nullable InetSocketAddress first(List<Proxy> proxies) {
        boolean http = !proxies.isEmpty() && proxies.get(0).type() == Proxy.Type.HTTP;
        return http ? (InetSocketAddress) proxies.get(0).address() : null;
    }

    /** The server as requests name it. */
    String authority() {
        return authority;
    }

    /** Connects to the server, or to its proxy. */
    SocketLink dial(Duration patience) throws IOException {
        Duration shorter = patience.compareTo(CONNECT_PATIENCE) < 0 ? patience : CONNECT_PATIENCE;
        try {
            return proxy == null
                    ? SocketLink.connect(host(), port, shorter)
                    : SocketLink.connect(proxy.getHostString(), proxy.getPort(), shorter);
        } catch (ConnectException | UnknownHostException | SocketTimeoutException e) {
            if (!secure) {
                throw e;
            }
            throw new IOException(ErrorText.of(e) + hint(), e);
        }
    }

    /** Makes a fresh connection ready for requests. */
    void prepare(SocketLink link, Duration patience) throws IOException {
        if (proxy != null) {
            tunnel(link, proxy, patience);
        }
        if (secure) {
            link.secure(engine(), patience);
        }
    }

    private String hint() {
        return proxy == null
                ? "; does a server%s run at %s?"
                        .formatted(tls == null ? "" : " with --credentials", authority)
                : "; does a proxy run at %s:%d?".formatted(proxy.getHostString(), proxy.getPort());
    }

    private void tunnel(SocketLink link, InetSocketAddress through, Duration patience)
            throws IOException {
        String target = name + ":" + port;
        String head = "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n\r\n".formatted(target);
        ByteBuffer bytes = ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1));
        boolean unused = link.write(new ByteBuffer[] {bytes}, patience);
        HttpReply reply = new ReplyReader(link, "CONNECT", patience).read(null);
        if (!reply.ok()) {
            throw new IOException(
                    "the proxy %s:%d does not lead to %s: it answers with status %d"
                            .formatted(
                                    through.getHostString(),
                                    through.getPort(),
                                    target,
                                    reply.status()));
        }
    }

    private SSLEngine engine() throws IOException {
        SSLEngine engine = context().createSSLEngine(host(), port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!name.contains(".") && !name.contains(":")) {
            // Java itself tells the server only names of several parts.
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    private SSLContext context() throws IOException {
        try {
            return tls == null ? SSLContext.getDefault() : tls;
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("this Java has no TLS", e);
        }
    }

    /** As addresses have it, without the brackets of a URL. */
    private String host() {
        return name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
    }
}
