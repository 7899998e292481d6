package dev.tributary.server.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.HostTransfer.ChunkSink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The versions of the global model that clients can fetch.
 *
 * <p>One thread publishes, any thread finds. A version can be found once it is whole; it outlives a
 * power failure once it is {@linkplain ModelVersion#force forced}.
 */
public final class ModelVersions implements ModelSource {
    private static final Pattern FILE = Pattern.compile("v(\\d{1,9})\\.safetensors");
    private static final String DRAFT = "next.draft";
    private static final Pattern STATE = Pattern.compile("s(\\d{1,9})\\.safetensors");
    private static final int CHUNK_BYTES = 1 << 18;

    private final Path directory;
    private final Retention retention;
    private final ConcurrentNavigableMap<Integer, ModelVersion> versions =
            new ConcurrentSkipListMap<>();

    /** Writes the vector's bytes, in order. */
    @FunctionalInterface
    public interface Payload {
        /** Hands all bytes to the sink. */
        void writeTo(ChunkSink sink) throws IOException;
    }

    /** Versions in a directory that exists and is ours; none yet. */
    public ModelVersions(Path directory, Retention retention) {
        this.directory = directory;
        this.retention = retention;
    }

    /**
     * Finds again what a run has published, and deletes newer versions: a version counts once the
     * round that made it is closed.
     *
     * @param newest the version to go on from
     * @throws IOException if a file cannot be read
     */
    public void reload(int newest) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path path : files.toList()) {
                String file = path.getFileName().toString();
                Matcher name = FILE.matcher(file);
                Matcher state = STATE.matcher(file);
                if (name.matches() && Integer.parseInt(name.group(1)) <= newest) {
                    int version = Integer.parseInt(name.group(1));
                    versions.put(version, read(version, path));
                } else if (!state.matches() || Integer.parseInt(state.group(1)) > newest) {
                    Files.delete(path);
                }
            }
        }
    }

    /**
     * Where what the server optimizer remembers after a version is, if it remembers anything;
     * written before the version is published, and kept while the run may go on from it.
     */
    public Path statePath(int version) {
        return directory.resolve("s" + version + ".safetensors");
    }

    /** The version, if it is kept. */
    public Optional<ModelVersion> at(int version) {
        return Optional.ofNullable(versions.get(version));
    }

    @Override
    public CompletableFuture<Optional<ModelVersion>> find(int version) {
        return CompletableFuture.completedFuture(at(version));
    }

    /** The newest version, if there is one. */
    public Optional<ModelVersion> newest() {
        return Optional.ofNullable(versions.lastEntry()).map(entry -> entry.getValue());
    }

    /**
     * A version that no client can find yet; whole.
     *
     * @param path its file, until it is published
     * @param bytes the file's length
     * @param payloadStart the byte at which the vector begins
     * @param checksum its CRC-32C, in hex
     */
    public record Draft(Path path, long bytes, long payloadStart, String checksum) {}

    /**
     * Writes a version for later; what was written before and not published is gone.
     *
     * @param header the safetensors header with its length field
     */
    public Draft draft(byte[] header, Payload payload) throws IOException {
        Path path = directory.resolve(DRAFT);
        CRC32C checksum = new CRC32C();
        try (FileChannel out = FileChannel.open(path, CREATE, WRITE, TRUNCATE_EXISTING)) {
            ChunkSink sink =
                    chunk -> {
                        checksum.update(chunk.duplicate());
                        while (chunk.hasRemaining()) {
                            out.write(chunk);
                        }
                    };
            sink.accept(ByteBuffer.wrap(header));
            payload.writeTo(sink);
            return new Draft(path, out.size(), header.length, hex(checksum));
        } catch (IOException | RuntimeException e) {
            // On a full disk this is the room that somebody else needs.
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /**
     * Lets clients find what was written.
     *
     * @param version above all that are there, or the newest once more
     */
    public ModelVersion publish(int version, Draft draft) throws IOException {
        Path path = directory.resolve("v" + version + ".safetensors");
        Files.move(draft.path, path, ATOMIC_MOVE, REPLACE_EXISTING);
        ModelVersion published =
                new ModelVersion(version, path, draft.bytes, draft.payloadStart, draft.checksum);
        versions.put(version, published);
        return published;
    }

    /** Deletes the versions that are not to be kept, once nobody waits for the newest any more. */
    public void dropOld() throws IOException {
        int newest = versions.isEmpty() ? 0 : versions.lastKey();
        for (ModelVersion version : versions.values()) {
            if (version.version() < newest - 1) {
                Files.deleteIfExists(statePath(version.version()));
            }
            if (!retention.keeps(version.version(), newest)) {
                versions.remove(version.version());
                Files.deleteIfExists(version.path());
            }
        }
    }

    /**
     * A model's file as a version; reads it all for its checksum.
     *
     * @throws IOException if it cannot be read or is no model
     */
    public static ModelVersion read(int version, Path path) throws IOException {
        long payload;
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            payload = checkpoint.header().payloadBytes();
        }
        CRC32C checksum = new CRC32C();
        try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            while (in.read(chunk) >= 0) {
                checksum.update(chunk.flip());
                chunk.clear();
            }
            return new ModelVersion(version, path, in.size(), in.size() - payload, hex(checksum));
        }
    }

    private static String hex(CRC32C checksum) {
        return HexFormat.of().toHexDigits(checksum.getValue(), 8);
    }
}
