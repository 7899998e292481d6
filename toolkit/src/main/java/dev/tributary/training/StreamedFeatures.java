package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.data.ExampleReader;
import dev.tributary.data.LocalDataset;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Features that are read block by block: the next one on a thread of its own, while its owner works
 * on one. No more than that one is ahead.
 *
 * <p>The thread reads and touches no array. It is not interrupted, for that would close the file
 * that it shares with others: {@link #close()} waits for a read that has begun.
 */
final class StreamedFeatures implements BlockFeatures {
    private final ExampleReader reader;
    private final long[] order;
    private final int[] bounds;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(StreamedFeatures::thread);
    private CompletableFuture<LocalDataset> ahead;
    private int block;

    /**
     * Begins to read.
     *
     * @param order the examples of the pass in their order; does not change until this is closed
     * @param bounds where in that order blocks begin, and where the last one ends
     */
    StreamedFeatures(ExampleReader reader, long[] order, int[] bounds) {
        this.reader = reader;
        this.order = order;
        this.bounds = bounds;
        this.ahead = read(0);
    }

    /**
     * {@inheritDoc}
     *
     * @throws dev.tributary.data.DataException if it could not be read
     */
    @Override
    public NDArray next(NDManager scope, NDArray rows) {
        LocalDataset read = join(ahead);
        block++;
        if (block + 1 < bounds.length) {
            ahead = read(block);
        }
        return DeviceDataset.features(scope, read);
    }

    @Override
    public void close() {
        thread.shutdown();
        Object unused = ahead.exceptionally(told -> null).join();
    }

    private CompletableFuture<LocalDataset> read(int which) {
        int from = bounds[which];
        int[] rows = new int[bounds[which + 1] - from];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Math.toIntExact(order[from + i]);
        }
        return CompletableFuture.supplyAsync(() -> reader.read(rows), thread);
    }

    /** Whoever is to stop hears so after a batch, not here. */
    private static LocalDataset join(CompletableFuture<LocalDataset> read) {
        try {
            return read.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "data-reader");
        thread.setDaemon(true);
        return thread;
    }
}
