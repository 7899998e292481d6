package dev.tributary.server.store;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tributary.parameters.HostTransfer.ChunkSink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.CRC32C;

/**
 * The versions of the global model that clients can fetch: the newest {@value #KEPT}.
 *
 * <p>One thread publishes, any thread finds. A version can be found once it is whole. It is not
 * forced to disk: a server that dies starts the run again, so far.
 */
public final class ModelVersions {
    /** Two, so that a download that began before a publication can end. */
    private static final int KEPT = 2;

    private final Path directory;
    private final ConcurrentNavigableMap<Integer, ModelVersion> versions =
            new ConcurrentSkipListMap<>();

    /** Writes the vector's bytes, in order. */
    @FunctionalInterface
    public interface Payload {
        /** Hands all bytes to the sink. */
        void writeTo(ChunkSink sink) throws IOException;
    }

    /** Versions in a directory that exists and is ours. */
    public ModelVersions(Path directory) {
        this.directory = directory;
    }

    /** The version, if it is kept. */
    public Optional<ModelVersion> find(int version) {
        return Optional.ofNullable(versions.get(version));
    }

    /** The newest version, if there is one. */
    public Optional<ModelVersion> newest() {
        return Optional.ofNullable(versions.lastEntry()).map(entry -> entry.getValue());
    }

    /**
     * Writes a version and lets clients find it.
     *
     * @param version above all that are there
     * @param header the safetensors header with its length field
     */
    public ModelVersion publish(int version, byte[] header, Payload payload) throws IOException {
        Path path = directory.resolve("v" + version + ".safetensors");
        CRC32C checksum = new CRC32C();
        long bytes;
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
            bytes = out.position();
        }
        String hex = HexFormat.of().toHexDigits(checksum.getValue(), 8);
        ModelVersion published = new ModelVersion(version, path, bytes, header.length, hex);
        versions.put(version, published);
        dropOld();
        return published;
    }

    /** Deletes all versions: the run is over. */
    public void clear() throws IOException {
        for (ModelVersion version : versions.values()) {
            versions.remove(version.version());
            Files.deleteIfExists(version.path());
        }
        Files.deleteIfExists(directory);
    }

    private void dropOld() throws IOException {
        while (versions.size() > KEPT) {
            Files.deleteIfExists(versions.pollFirstEntry().getValue().path());
        }
    }
}
