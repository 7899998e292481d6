package dev.tributary.server.aggregation;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tributary.server.store.Shortage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where updates wait on disk: unfinished ones ({@code .part}) until they are whole, whole ones
 * ({@code .update}) until the round is closed in the database.
 *
 * <p>Thread-safe. Of one client there is one unfinished update a round; who opens it anew takes it
 * from whoever still writes to it, so that an upload can go on although the server has not noticed
 * yet that its first connection is gone.
 *
 * <p>Small updates are written over those of rounds that are over. Such a file ({@code .spare})
 * does not tell how far it is, so after a restart of the server its upload begins anew.
 */
public final class Spool {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final Pattern PART = Pattern.compile("r(\\d+)-(.+)-([0-9a-f]{8})-(\\d+)\\.part");
    private static final Pattern UPDATE = Pattern.compile("r(\\d+)-.+\\.update");

    private final Path directory;
    private final Map<Key, SpoolFile> parts = new ConcurrentHashMap<>();

    /** Names of whole updates that somebody may still read. */
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    private final SpareFiles spares;

    /** Bytes of the largest update that found no room; 0 if all did. */
    private final AtomicLong wanted = new AtomicLong();

    /** Whose update. */
    record Key(int round, String clientId) {}

    /**
     * What tells one update from another.
     *
     * @param checksum CRC-32C of the whole body, in hex
     * @param bytes the whole body's length; -1 if unknown, and then it cannot be resumed
     */
    public record Content(String checksum, long bytes) {}

    /** Files in a directory that exists and is ours; finds the unfinished updates in it. */
    public Spool(Path directory) throws IOException {
        this.directory = directory;
        this.spares = new SpareFiles(directory);
        for (Path path : files()) {
            Matcher name = PART.matcher(path.getFileName().toString());
            if (name.matches()) {
                Key key = new Key(Integer.parseInt(name.group(1)), name.group(2));
                Content content = new Content(name.group(3), Long.parseLong(name.group(4)));
                parts.put(key, new SpoolFile(this, key, path, content, null, Files.size(path)));
            }
        }
    }

    /** Bytes of a client's unfinished update; 0 if there is none. */
    public long held(int round, String clientId) {
        SpoolFile part = parts.get(new Key(round, clientId));
        return part == null ? 0 : part.held();
    }

    /** A new, empty file for one body; an unfinished one of the same client is gone. */
    public SpoolFile open(int round, String clientId, Content content) throws IOException {
        Key key = new Key(round, clientId);
        SpoolFile before = parts.remove(key);
        if (before != null && before.giveWay()) {
            Files.deleteIfExists(before.path());
        }
        SpoolFile file = create(key, content);
        if (content.bytes >= 0) {
            parts.put(key, file);
        }
        return file;
    }

    private SpoolFile create(Key key, Content content) throws IOException {
        Optional<Path> spare = spares.take(content.bytes);
        if (spare.isPresent()) {
            try {
                return new SpoolFile(
                        this,
                        key,
                        spare.get(),
                        content,
                        FileChannel.open(spare.get(), READ, WRITE),
                        0);
            } catch (NoSuchFileException e) {
                // Cleared away when a run was taken up again.
            }
        }
        Path path = directory.resolve(nameOf(key, content));
        FileChannel channel = FileChannel.open(path, CREATE, TRUNCATE_EXISTING, READ, WRITE);
        return new SpoolFile(this, key, path, content, channel, 0);
    }

    /** An unfinished body tells what it is, so that its upload can go on after a restart. */
    private static String nameOf(Key key, Content content) {
        return content.bytes < 0
                ? unique(key) + ".body"
                : "r%d-%s-%s-%d.part"
                        .formatted(key.round, key.clientId, content.checksum, content.bytes);
    }

    /**
     * The file of an upload that goes on, positioned at its end.
     *
     * @return empty if there is none with that content and so many bytes; {@link #held} then says
     *     what there is
     */
    public Optional<SpoolFile> resume(int round, String clientId, Content content, long from)
            throws IOException {
        Key key = new Key(round, clientId);
        SpoolFile before = parts.get(key);
        if (before == null || !before.giveWay()) {
            return Optional.empty();
        }
        if (!before.content().equals(content)) {
            // What is held is of no use to a client that has something else to send.
            parts.remove(key, before);
            Files.deleteIfExists(before.path());
            return Optional.empty();
        }
        if (before.held() != from) {
            return Optional.empty();
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(before.path(), READ, WRITE);
        } catch (NoSuchFileException e) {
            parts.remove(key, before);
            return Optional.empty();
        }
        channel.truncate(from);
        channel.position(from);
        SpoolFile file = new SpoolFile(this, key, before.path(), content, channel, from);
        parts.put(key, file);
        return Optional.of(file);
    }

    /** An update could not be written for want of room; at least that much must become free. */
    public void refused(long bytes) {
        wanted.accumulateAndGet(Math.max(1, bytes), Math::max);
    }

    /** Whether there is room for the updates that were refused. */
    public Shortage shortage() {
        long bytes = wanted.get();
        if (bytes == 0) {
            return Shortage.NONE;
        }
        try {
            if (Files.getFileStore(directory).getUsableSpace() < bytes) {
                return Shortage.LASTING;
            }
        } catch (IOException e) {
            LOG.warn("the room for updates cannot be told: {}", e.toString());
        }
        return wanted.compareAndSet(bytes, 0) ? Shortage.OVER : Shortage.LASTING;
    }

    /** A whole update from before, by the name that its receipt has. */
    public SpoolFile reopen(int round, String clientId, String name, Content content)
            throws IOException {
        Path path = directory.resolve(name);
        FileChannel channel = FileChannel.open(path, READ);
        use(name);
        return new SpoolFile(
                this, new Key(round, clientId), path, content, channel, channel.size());
    }

    /**
     * Updates of rounds up to this one are not needed any more, unfinished ones included: whoever
     * still writes to one fails. Those that are being read stay until the next call.
     */
    public void drop(int round) throws IOException {
        for (Key key : List.copyOf(parts.keySet())) {
            SpoolFile part = key.round <= round ? parts.remove(key) : null;
            if (part != null && part.giveWay()) {
                Files.deleteIfExists(part.path());
            }
        }
        for (Path path : files()) {
            String name = path.getFileName().toString();
            if (roundOf(name) > round || open.contains(name)) {
                continue;
            }
            if (UPDATE.matcher(name).matches()) {
                spares.give(path);
            } else {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Deletes all but unfinished updates and those of the names; only before the first upload. */
    public void retain(Set<String> names) throws IOException {
        for (Path path : files()) {
            String name = path.getFileName().toString();
            if (!PART.matcher(name).matches() && !names.contains(name)) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** The round that a file's update names; the largest number if it is none's. */
    public static int roundOf(String name) {
        for (Pattern pattern : List.of(UPDATE, PART)) {
            Matcher matcher = pattern.matcher(name);
            if (matcher.matches()) {
                return Integer.parseInt(matcher.group(1));
            }
        }
        return Integer.MAX_VALUE;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    /** Whose it is, and a number that nothing had before. */
    private static String unique(Key key) {
        String number = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        return "r" + key.round + "-" + key.clientId + "-" + number;
    }

    /** Where files are. */
    Path directory() {
        return directory;
    }

    /** A name for a whole body, which nothing had before. */
    static String nameOf(Key key) {
        return unique(key) + ".update";
    }

    /** The file is unfinished no more. */
    void forget(Key key, SpoolFile file) {
        parts.remove(key, file);
    }

    /** A file of that name will be read. */
    void use(String name) {
        open.add(name);
    }

    /** Nobody reads the file of that name any more. */
    void release(String name) {
        open.remove(name);
    }
}
