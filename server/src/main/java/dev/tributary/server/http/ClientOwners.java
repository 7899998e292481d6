package dev.tributary.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.tributary.credentials.Identity;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.cohort.ClientRegistry;
import dev.tributary.server.round.RefusedException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whose the clients are: a client belongs to whoever registered it first, for good.
 *
 * <p>Kept in a file with a line for each, {@code client<TAB>holder}, so that nobody takes a client
 * over while the server is down. To give one to another holder, stop the server and delete its
 * line. Thread-safe.
 */
public final class ClientOwners {
    private static final String FILE = "client-owners.tsv";

    private final Path file;

    @GuardedBy("this")
    private final Map<String, String> owners;

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
                Files.writeString(
                        file, text.substring(0, whole), StandardOpenOption.TRUNCATE_EXISTING);
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

    /** Makes a client the holder's, if it is nobody's; the owner that it has then. */
    synchronized String claim(String client, Identity holder) {
        String owner = owners.get(client);
        if (owner != null) {
            return owner;
        }
        if (owners.size() >= ClientRegistry.DEFAULT_MAXIMUM) {
            throw new RefusedException(
                    ErrorCode.BUSY,
                    "%d clients have owners, and no more are taken".formatted(owners.size()));
        }
        append(client + "\t" + holder + "\n");
        owners.put(client, holder.toString());
        return holder.toString();
    }

    /** Whose a client is; empty if nobody has registered it. */
    synchronized Optional<String> find(String client) {
        return Optional.ofNullable(owners.get(client));
    }

    /** Survives the server, though not a power failure a moment later: then it is claimed anew. */
    private void append(String line) {
        try {
            Files.writeString(file, line, UTF_8, CREATE, APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
