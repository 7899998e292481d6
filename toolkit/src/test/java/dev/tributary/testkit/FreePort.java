package dev.tributary.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port of this machine that nobody has, for a server that is to be away, or comes back to it.
 *
 * <p>Below those that the system gives to whoever asks for any: no connection of another process
 * takes it meanwhile.
 */
public final class FreePort {
    private static final int FIRST = 20_000;
    private static final int BEYOND = 30_000;

    private FreePort() {}

    public static int find() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, BEYOND);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException e) {
                // Somebody has it.
            }
        }
    }
}
