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
 * for its name only. Several threads may read and write, each for another client.
 */
final class ClientStates implements AutoCloseable {
    private static final NDIndex ALL = new NDIndex(":");

    private final long size;
    private final @Nullable Path directory;
    private final ConcurrentMap<String, Path> files = new ConcurrentHashMap<>();
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

    /** Keeps it, in place of what was there. */
    void write(String client, NDArray state) throws IOException {
        if (directory == null) {
            return;
        }
        Path file = files.get(client);
        boolean fresh = file == null;
        Path path = file == null ? directory.resolve("" + count.incrementAndGet()) : file;
        try (FileChannel channel =
                fresh ? FileChannel.open(path, CREATE_NEW, WRITE) : FileChannel.open(path, WRITE)) {
            HostTransfer.toHost(
                    state,
                    chunk -> {
                        while (chunk.hasRemaining()) {
                            channel.write(chunk);
                        }
                    });
        }
        files.put(client, path);
    }

    @Override
    public void close() {
        if (directory == null) {
            return;
        }
        try {
            for (Path file : files.values()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // Temporary files; the system clears them away.
        }
    }
}
