package dev.tributary.stories;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Very many clients, each with a connection of its own, on one thread. */
final class Swarm implements AutoCloseable {
    /** So many connections are on their way at a time: the listener's queue is not endless. */
    private static final int CONNECTING = 256;

    private final SocketAddress server;
    private final Selector selector;
    private final List<SwarmClient> clients = new ArrayList<>();
    private int wanted;
    private int connecting;

    Swarm(URI server) throws IOException {
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
        this.selector = Selector.open();
    }

    /** So many clients in all, from the next {@link #work} on. */
    void grow(int count) {
        wanted = count;
    }

    /** Does what there is to do, or waits for it for a moment. */
    void work() throws IOException {
        while (clients.size() < wanted && connecting < CONNECTING) {
            connect();
        }
        selector.select(50);
        Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
        while (ready.hasNext()) {
            SelectionKey key = ready.next();
            ready.remove();
            SwarmClient client = (SwarmClient) key.attachment();
            if (key.isConnectable()) {
                ((SocketChannel) key.channel()).finishConnect();
                connecting--;
                client.register();
            } else {
                client.proceed();
            }
        }
    }

    int waitingFor(SwarmClient.Asked what) {
        return (int) clients.stream().filter(client -> client.asked() == what).count();
    }

    int updates() {
        return clients.stream().mapToInt(SwarmClient::updates).sum();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private void connect() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
        SwarmClient client = new SwarmClient("swarm-%05d".formatted(clients.size()), key);
        key.attach(client);
        clients.add(client);
        connecting++;
        channel.connect(server);
    }
}
