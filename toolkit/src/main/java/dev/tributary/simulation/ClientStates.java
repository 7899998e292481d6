package dev.tributary.simulation;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What virtual clients remember from round to round: a vector for each that has taken part.
 *
 * <p>One file for each in a temporary directory, which is deleted at close: a client costs memory
 * for its name only. Several threads may read and write, each for another client. A round that
 * fails leaves what clients remember as it was.
 */
final class ClientStates implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientStates.class);
    private static final NDIndex ALL = new NDIndex(":");

    private final long size;
    private final @Nullable Path directory;
    private final ConcurrentMap<String, Path> files = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Path> pending = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** With so many elements for each client; nothing is kept if that is 0. */
    ClientStates(long size) {
        this.size = size;
        try {
            directory = size == 0 ? null : Files.createTempDirectory("tributary-clients");
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for what clients remember", e);
        }
    }

    /** For tests: where the files are. */
    Path directory() {
        return requireNonNull(directory, "nothing is kept");
    }

    long size() {
        return size;
    }

    /** Puts what a client remembers into a vector; zeros if that is nothing. */
    void read(String client, NDArray target) throws IOException {
        if (size == 0) {
            return;
        }
        Path file = files.get(client);
        if (file == null) {
            try (NDArray zeros = target.zerosLike()) {
                target.set(ALL, zeros);
            }
            return;
        }
        try (FileChannel channel = FileChannel.open(file, READ)) {
            HostTransfer.toDevice(HostVector.of(channel, 0, size), target);
        }
    }

    /** Keeps it for the time when the round has moved the model; until then, what was is read. */
    void write(String client, NDArray state) throws IOException {
        if (directory == null) {
            return;
        }
        Path path = directory.resolve("" + count.incrementAndGet());
        try (FileChannel channel = FileChannel.open(path, CREATE_NEW, WRITE)) {
            HostTransfer.toHost(
                    state,
                    chunk -> {
                        while (chunk.hasRemaining()) {
                            channel.write(chunk);
                        }
                    });
        }
        delete(pending.put(client, path));
    }

    /** The model has moved: what was written since is what clients remember. */
    void commit() {
        pending.forEach((client, path) -> delete(files.put(client, path)));
        pending.clear();
    }

    /** The model has not moved: what was written since is forgotten. */
    void discard() {
        pending.values().forEach(ClientStates::delete);
        pending.clear();
    }

    @Override
    public void close() {
        if (directory == null) {
            return;
        }
        discard();
        files.values().forEach(ClientStates::delete);
        delete(directory);
    }

    /** Temporary files: the system clears away what cannot be deleted. */
    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.debug("{} was not deleted: {}", file, e.toString());
        }
    }
}
