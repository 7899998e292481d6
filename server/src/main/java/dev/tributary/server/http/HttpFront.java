package dev.tributary.server.http;

import dev.tributary.credentials.Credential;
import dev.tributary.protocol.Paths;
import dev.tributary.server.telemetry.ServerMetrics;

import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * The embedded web server.
 *
 * <pre>
 * ServerConnector -> ConnectionLimit -> GracefulHandler (ends what has begun)
 *     -> Authorization (with a credential alone) -> Router -> one resource a path
 * </pre>
 *
 * <p>With a credential, the connector speaks TLS with peers of the same authority and nothing else;
 * without one, HTTP with anybody.
 */
public final class HttpFront implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
    private static final int MAX_THREADS = 64;

    /** Longer buffers are not kept. */
    static final int MAX_POOLED_BYTES = 1 << 20;

    /** What is left of a burst of requests, on the heap and outside of it; the rest is freed. */
    private static final long MAX_POOL_BYTES = 64L << 20;

    /**
     * Large enough that a body needs few reads, and returned to the pool while a connection is
     * idle; small enough that all agents may send a request at the same time.
     */
    private static final int INPUT_BUFFER_BYTES = 1 << 16;

    private static final int MAX_HEADER_BYTES = 16 << 10;

    private static final Duration SHUTDOWN_IDLE = Duration.ofMillis(100);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final Server server;
    private final ServerConnector connector;
    private final Listening listening;

    private HttpFront(Server server, ServerConnector connector, Listening listening) {
        this.server = server;
        this.connector = connector;
        this.listening = listening;
    }

    /**
     * Binds and begins to serve.
     *
     * @throws IOException if the address cannot be bound
     */
    public static HttpFront start(Listening listening, Desks desks) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS);
        threads.setName("http");
        threads.setDaemon(true);
        ArrayByteBufferPool buffers =
                new ArrayByteBufferPool(
                        0, -1, MAX_POOLED_BYTES, Integer.MAX_VALUE, MAX_POOL_BYTES, MAX_POOL_BYTES);
        Server server = new Server(threads, null, buffers);
        ServerConnector connector = connector(server, listening, desks.idle());
        server.addConnector(connector);
        connector.addBean(new SlowConnections(connector, desks.idle()));
        server.setHandler(
                new ConnectionLimit(
                        new GracefulHandler(handler(listening, desks)),
                        connector,
                        listening.maximumConnections()));
        server.setErrorHandler(new JsonErrorHandler());
        server.setStopTimeout(DRAIN.toMillis());
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            if (e.getCause() instanceof BindException) {
                throw new IOException(
                        "expected an address of this machine and a free port, found %s port %d; "
                                        .formatted(listening.host(), listening.port())
                                + "choose another (--host; --port, 0 for any)",
                        e);
            }
            throw e;
        }
        show(desks.metrics(), connector, buffers);
        warnIfOpen(listening);
        return new HttpFront(server, connector, listening);
    }

    /** Where the server can be reached. */
    public URI url() {
        String scheme = listening.access().isPresent() ? "https" : "http";
        String host = listening.reachedAt();
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return URI.create(scheme + "://" + shown + ":" + connector.getLocalPort());
    }

    /** Lets requests in progress end, for a few seconds, then stops. */
    @Override
    public void close() throws Exception {
        try {
            server.stop();
        } catch (TimeoutException e) {
            LOG.warn("requests that were under way for {} s more are cut off", DRAIN.toSeconds());
        }
    }

    private static void show(
            ServerMetrics metrics, ServerConnector connector, ArrayByteBufferPool buffers) {
        metrics.gauge(
                "tributary_connections",
                "Open connections.",
                () -> connector.getConnectedEndPoints().size());
        metrics.gauge(
                "tributary_http_buffer_bytes",
                "Buffers that the web server keeps.",
                () -> buffers.getDirectMemory() + buffers.getHeapMemory());
        metrics.showProcess();
    }

    private static void warnIfOpen(Listening listening) {
        if (listening.access().isEmpty() && !listening.thisMachineAlone()) {
            LOG.warn(
                    "anybody who reaches {} can read models, send updates and stop runs:"
                            + " 'tributary credentials' and --credentials end that",
                    listening.host());
        }
    }

    private static ServerConnector connector(Server server, Listening listening, Duration idle) {
        HttpConfiguration config = new HttpConfiguration();
        config.setSendServerVersion(false);
        config.setSendDateHeader(false);
        config.setRequestHeaderSize(MAX_HEADER_BYTES);
        // A cache of header lines costs each connection 100 kB, which ten thousand have not.
        config.setHeaderCacheSize(0);
        HttpConnectionFactory http = new HttpConnectionFactory(config);
        http.setInputBufferSize(INPUT_BUFFER_BYTES);
        ServerConnector connector =
                listening
                        .access()
                        .map(access -> secure(server, access.credential(), http))
                        .orElseGet(() -> new ServerConnector(server, http));
        InetSocketAddress address = new InetSocketAddress(listening.host(), listening.port());
        connector.setHost(address.getHostString());
        connector.setPort(listening.port());
        connector.setIdleTimeout(idle.toMillis());
        // Connections that are kept alive and idle need no farewell.
        connector.setShutdownIdleTimeout(SHUTDOWN_IDLE.toMillis());
        // Ten thousand agents may come at once after a restart.
        connector.setAcceptQueueSize(4096);
        return connector;
    }

    /** TLS with peers of the credential's authority; whoever begins otherwise hears so. */
    private static ServerConnector secure(
            Server server, Credential credential, HttpConnectionFactory http) {
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setSslContext(credential.tls());
        context.setNeedClientAuth(true);
        context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        SslConnectionFactory tls = new SslConnectionFactory(context, http.getProtocol());
        // It would compare host names, which the client does.
        tls.setEnsureSecureRequestCustomizer(false);
        ServerConnector connector =
                new ServerConnector(
                        server, new DetectorConnectionFactory(tls), new PlainHttpRefusal(), http);
        connector.addBean(new FailedHandshakes());
        return connector;
    }

    private static Handler handler(Listening listening, Desks desks) {
        Router router = router(listening, desks);
        return listening
                .access()
                .<Handler>map(access -> new Authorization(router, access.owners()))
                .orElse(router);
    }

    private static Router router(Listening listening, Desks desks) {
        HeldModel held = new HeldModel();
        return new Router(listening.names())
                .route(Paths.HOME, new HomeResource(desks.runs()))
                .route(Paths.HEALTH, new HealthResource())
                .route(Paths.METRICS, new MetricsResource(desks.metrics()))
                .route(Paths.CLIENTS, new ClientsResource(desks.clients()))
                .route(Paths.CLIENT, new ClientResource(desks.clients()))
                .route(Paths.TASK, new TaskResource(desks.clients()))
                .route(Paths.PROGRESS, new ProgressResource(desks.clients()))
                .route(Paths.STATISTICS, new StatisticsResource(desks.statistics()))
                .route(Paths.SITE_STATISTICS, new SiteStatisticsResource(desks.statistics()))
                .route(Paths.RUNS, new RunsResource(desks.runs()))
                .route(Paths.RUN, new RunResource(desks.runs()))
                .route(Paths.EVENTS, new EventsResource(desks.runs()))
                .route(Paths.NEWEST_MODEL, new NewestModelResource(desks.runs(), held))
                .route(Paths.STOP, new RunActionResource(desks.runs()::stop))
                .route(Paths.RESUME, new RunActionResource(desks.runs()::resume))
                .route(
                        Paths.LAYOUT,
                        new OfRun(desks.runs(), LayoutResource.METHODS, LayoutResource::new))
                .route(
                        Paths.MODEL,
                        new OfRun(
                                desks.runs(),
                                ModelResource.METHODS,
                                run -> new ModelResource(run, held)))
                .route(
                        Paths.UPDATE,
                        new OfRun(desks.runs(), UpdateResource.METHODS, UpdateResource::new))
                .route(Paths.SUMS, new OfRun(desks.runs(), SumResource.METHODS, SumResource::new))
                .route(
                        Paths.EVALUATION,
                        new OfRun(
                                desks.runs(), EvaluationResource.METHODS, EvaluationResource::new));
    }
}
