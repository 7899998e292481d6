package dev.tributary.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a client and its server, and does to each connection, in the order in which they
 * come, what it was told; to later ones nothing.
 */
final class FaultyProxy implements AutoCloseable {
    private static final int CHUNK_BYTES = 4096;

    private final ServerSocket listener;
    private final URI target;
    private final Deque<Fault> faults;

    /**
     * What happens to one connection.
     *
     * @param cutUp bytes to the server after which the connection ends
     * @param cutDown bytes from the server after which it ends
     * @param flipUp the byte to the server of which a bit is changed
     * @param flipDown the byte from the server of which a bit is changed
     * @param delayMicros how long each chunk waits
     */
    record Fault(long cutUp, long cutDown, long flipUp, long flipDown, long delayMicros) {
        private static final long NEVER = Long.MAX_VALUE;

        static Fault none() {
            return new Fault(NEVER, NEVER, NEVER, NEVER, 0);
        }

        static Fault cutUp(long after) {
            return new Fault(after, NEVER, NEVER, NEVER, 0);
        }

        static Fault cutDown(long after) {
            return new Fault(NEVER, after, NEVER, NEVER, 0);
        }

        static Fault flipDown(long at) {
            return new Fault(NEVER, NEVER, NEVER, at, 0);
        }

        static Fault flipUp(long at) {
            return new Fault(NEVER, NEVER, at, NEVER, 0);
        }

        /** A cut in either direction, or none, somewhere in the first bytes; and delays. */
        static Fault random(SplittableRandom random, int bytes) {
            long[] cuts = {NEVER, NEVER, NEVER};
            cuts[random.nextInt(cuts.length)] = random.nextInt(bytes);
            return new Fault(cuts[0], cuts[1], NEVER, NEVER, random.nextInt(300));
        }
    }

    FaultyProxy(URI target, List<Fault> faults) throws IOException {
        this.target = target;
        this.faults = new ArrayDeque<>(faults);
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Whether all that was told has been done. */
    synchronized boolean spent() {
        return faults.isEmpty();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(target.getHost(), target.getPort());
                // As its two ends do: else each exchange waits 40 ms for a delayed acknowledgement.
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Fault fault = next();
                start(() -> pump(client, server, fault.cutUp, fault.flipUp, fault.delayMicros));
                start(() -> pump(server, client, fault.cutDown, fault.flipDown, fault.delayMicros));
            } catch (IOException e) {
                // The listener is closed: the test is over.
            }
        }
    }

    private synchronized Fault next() {
        return faults.isEmpty() ? Fault.none() : faults.poll();
    }

    private static void pump(Socket from, Socket to, long cut, long flip, long delayMicros) {
        byte[] chunk = new byte[CHUNK_BYTES];
        long passed = 0;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int count = in.read(chunk);
            while (count >= 0 && passed < cut) {
                if (flip >= passed && flip < passed + count) {
                    chunk[(int) (flip - passed)] ^= 1;
                }
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(delayMicros));
                out.write(chunk, 0, (int) Math.min(count, cut - passed));
                passed += count;
                count = passed < cut ? in.read(chunk) : -1;
            }
        } catch (IOException e) {
            // Either side hung up, which is what this is for.
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "faulty-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
