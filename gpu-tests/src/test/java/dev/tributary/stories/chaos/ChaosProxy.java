package dev.tributary.stories.chaos;

import dev.tributary.stories.chaos.Damage.Counts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A bad network between agents and server. */
final class ChaosProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int serverPort;
    private final SplittableRandom random;
    private final Counts counts = new Counts();

    /**
     * Begins to listen.
     *
     * @param serverPort where the server will be
     * @param random decides on all damage, connection by connection
     */
    ChaosProxy(int serverPort, SplittableRandom random) throws IOException {
        this.serverPort = serverPort;
        this.random = random;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    Counts counts() {
        return counts;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                // The listener is closed: the test is over.
            }
        }
    }

    private void connect(Socket agent) throws IOException {
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        } catch (IOException e) {
            // It was killed; its next life has not begun.
            agent.close();
            return;
        }
        agent.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Queue<String> methods = new ConcurrentLinkedQueue<>();
        start(new Passage(agent, server, new Damage(random.split(), counts), methods, false));
        start(new Passage(server, agent, new Damage(random.split(), counts), methods, true));
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "chaos-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
