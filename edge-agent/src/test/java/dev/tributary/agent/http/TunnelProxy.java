package dev.tributary.agent.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy that takes one connection, answers it as it was told, and leads it where it wants. */
final class TunnelProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final String answer;

    /**
     * @param answer to {@code CONNECT}; after any but a refusal, bytes go both ways
     */
    TunnelProxy(String answer) throws IOException {
        this.answer = answer;
        start(this::serve);
    }

    ProxySelector selector() {
        return ProxySelector.of(
                InetSocketAddress.createUnresolved("localhost", listener.getLocalPort()));
    }

    /** What was asked of it. */
    List<String> heads() {
        return heads;
    }

    /** Ends connections without a word. */
    void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() throws IOException {
        Socket client = opened(listener.accept());
        String head = head(client.getInputStream());
        heads.add(head);
        client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        if (answer.contains(" 200 ")) {
            int port = Integer.parseInt(head.replaceAll("(?s)CONNECT localhost:(\\d+) .*", "$1"));
            Socket server = opened(new Socket(InetAddress.getLoopbackAddress(), port));
            start(() -> server.getInputStream().transferTo(client.getOutputStream()));
            client.getInputStream().transferTo(server.getOutputStream());
        }
    }

    private Socket opened(Socket socket) {
        sockets.add(socket);
        return socket;
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    private interface Work {
        void run() throws IOException;
    }

    private void start(Work work) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (IOException e) {
                                // The test has ended, or a side has hung up.
                            }
                        },
                        "tunnel-proxy");
        threads.add(thread);
        thread.start();
    }
}
