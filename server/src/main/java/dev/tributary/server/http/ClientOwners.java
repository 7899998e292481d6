package dev.tributary.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.WRITE;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.tributary.credentials.Identity;
import dev.tributary.files.DurableFiles;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.cohort.ClientRegistry;
import dev.tributary.server.round.RefusedException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whose the clients are: a client belongs to whoever registered it first, for good.
 *
 * <p>Kept in a file with a line for each, {@code client<TAB>holder}, so that nobody takes a client
 * over while the server is down or after a power failure. To give one to another holder, stop the
 * server and delete its line. Thread-safe.
 */
public final class ClientOwners {
    private static final String FILE = "client-owners.tsv";

    private final Path file;

    @GuardedBy("this")
    private final Map<String, String> owners;

    /** Clients whose lines may not be on disk yet. */
    @GuardedBy("this")
    private final Set<String> unforced = new HashSet<>();

    private final Object disk = new Object();

    /** A forced write has failed: what the file holds on disk nobody knows, whatever is read. */
    @GuardedBy("disk")
    private boolean doubtful;

    private ClientOwners(Path file, Map<String, String> owners) {
        this.file = file;
        this.owners = owners;
    }

    /**
     * Reads what a server has left in a directory.
     *
     * @throws IOException if it cannot be read, or is no such file
     */
    public static ClientOwners in(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        Map<String, String> owners = new HashMap<>();
        if (Files.exists(file)) {
            String text = Files.readString(file);
            int whole = text.lastIndexOf('\n') + 1;
            if (whole < text.length()) {
                // The server was killed in the middle of a line: its client was told nothing yet.
                DurableFiles.write(file, out -> write(text.substring(0, whole), out));
            }
            text.substring(0, whole).lines().forEach(line -> read(file, line, owners));
        }
        return new ClientOwners(file, owners);
    }

    private static void read(Path file, String line, Map<String, String> owners) {
        int tab = line.indexOf('\t');
        if (tab <= 0) {
            throw new UncheckedIOException(
                    new IOException(
                            "%s: expected lines of a client, a tab and its owner, found \"%s\""
                                    .formatted(file, Ids.line(line))));
        }
        owners.put(line.substring(0, tab), line.substring(tab + 1));
    }

    /**
     * Makes a client the holder's, if it is nobody's; that is on disk when this returns.
     *
     * @return the owner that it has then
     */
    String claim(String client, Identity holder) {
        try {
            String owner = take(client, holder);
            if (isUnforced(client)) {
                // Without the lock: the lines of many agents that come at a time go together.
                force();
                forced(client);
            }
            return owner;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized String take(String client, Identity holder) throws IOException {
        String owner = owners.get(client);
        if (owner != null) {
            return owner;
        }
        if (owners.size() >= ClientRegistry.DEFAULT_MAXIMUM) {
            throw new RefusedException(
                    ErrorCode.BUSY,
                    "%d clients have owners, and no more are taken".formatted(owners.size()));
        }
        append(line(client, holder.toString()));
        owners.put(client, holder.toString());
        unforced.add(client);
        return holder.toString();
    }

    /** Whose a client is; empty if nobody has registered it. */
    synchronized Optional<String> find(String client) {
        return Optional.ofNullable(owners.get(client));
    }

    /** Adds a line, or nothing if it does not fit on the disk. */
    private void append(String line) throws IOException {
        if (!Files.exists(file)) {
            DurableFiles.write(file, out -> write(line, out));
            return;
        }
        try (FileChannel out = FileChannel.open(file, WRITE)) {
            long whole = out.size();
            try {
                write(line, out.position(whole));
            } catch (IOException e) {
                out.truncate(whole);
                throw e;
            }
        }
    }

    private static void write(String text, FileChannel out) throws IOException {
        ByteBuffer bytes = UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static String line(String client, String owner) {
        return client + "\t" + owner + "\n";
    }

    private synchronized boolean isUnforced(String client) {
        return unforced.contains(client);
    }

    private synchronized void forced(String client) {
        unforced.remove(client);
    }

    private void force() throws IOException {
        synchronized (disk) {
            if (doubtful) {
                renew();
                doubtful = false;
                return;
            }
            try (FileChannel out = FileChannel.open(file, WRITE)) {
                out.force(true);
            } catch (IOException e) {
                doubtful = true;
                throw e;
            }
        }
    }

    /** All lines, in a new file. */
    private synchronized void renew() throws IOException {
        StringBuilder lines = new StringBuilder();
        owners.forEach((client, owner) -> lines.append(line(client, owner)));
        DurableFiles.write(file, out -> write(lines.toString(), out));
    }
}
