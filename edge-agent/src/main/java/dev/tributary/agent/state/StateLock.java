package dev.tributary.agent.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One client's lock, which the operating system frees when the process ends, however it ends.
 *
 * <p>The file holds the process id of its last holder, for messages.
 */
final class StateLock implements AutoCloseable {
    private final FileChannel channel;

    private StateLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws StateException if another agent has it
     */
    static StateLock take(Path home, String clientId) throws IOException {
        Path path = home.resolve("lock");
        FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE);
        try {
            if (channel.tryLock() == null) {
                throw taken(path, clientId);
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(("" + ProcessHandle.current().pid()).getBytes(UTF_8)));
            return new StateLock(channel);
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw taken(path, clientId);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock ends with the process at the latest.
        }
    }

    private static StateException taken(Path path, String clientId) {
        String holder;
        try {
            String text = Files.readString(path);
            holder = text.matches("\\d{1,12}") ? "process " + text : "another process";
        } catch (IOException e) {
            holder = "another process";
        }
        return new StateException(
                ("client %s: %s runs it with the state in %s; stop that agent, or give this one"
                                + " another --client-id or --state-dir")
                        .formatted(clientId, holder, path.toAbsolutePath().getParent()));
    }
}
