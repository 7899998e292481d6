package dev.tributary.agent.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that does to each connection, in the order in which they come, what it was told. */
final class ScriptedServer implements AutoCloseable {
    private final Scheme scheme;
    private final ServerSocket listener;
    private final Thread thread;
    private final List<String> heads = new CopyOnWriteArrayList<>();

    /** What happens to one connection. */
    @FunctionalInterface
    interface Script {
        void play(ScriptedServer server, Socket connection) throws IOException;
    }

    ScriptedServer(Scheme scheme, Script... scripts) throws IOException {
        this.scheme = scheme;
        listener = scheme.listener();
        thread = new Thread(() -> serve(scripts), "scripted-server");
        thread.start();
    }

    /** Reads a request and answers with these bytes, then waits for the next on the connection. */
    static Script answers(String... replies) {
        return (server, connection) -> {
            for (String reply : replies) {
                server.readRequest(connection.getInputStream());
                write(connection, reply);
            }
        };
    }

    static void write(Socket connection, String reply) throws IOException {
        connection.getOutputStream().write(reply.getBytes(StandardCharsets.ISO_8859_1));
        connection.getOutputStream().flush();
    }

    URI uri() {
        return scheme.uri(listener.getLocalPort());
    }

    /** The heads of the requests so far. */
    List<String> heads() {
        return heads;
    }

    void readRequest(InputStream in) throws IOException {
        String head = readHead(in);
        int length = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
        if (length >= 0) {
            String number = head.substring(length + 16, head.indexOf('\r', length));
            in.skipNBytes(Long.parseLong(number));
        }
    }

    String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the client closed the connection");
            }
            head.write(next);
        }
        heads.add(head.toString(StandardCharsets.ISO_8859_1));
        return heads.get(heads.size() - 1);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Script... scripts) {
        for (Script script : scripts) {
            try (Socket connection = listener.accept()) {
                script.play(this, connection);
            } catch (IOException e) {
                // The client hung up, as some tests want it to.
            }
        }
    }
}
