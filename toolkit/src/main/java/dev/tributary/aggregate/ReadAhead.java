package dev.tributary.aggregate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads host vectors in chunks, ahead of whoever takes them.
 *
 * <p>A copy to a GPU waits for the device, and a read for the file: one after the other they take
 * the sum of both times, side by side the longer one. A few chunks of host memory and one thread
 * that does nothing else; at home on one thread itself.
 */
final class ReadAhead implements AutoCloseable {
    private static final int STAGES = 3;

    private final int chunk;
    private final DataType type;
    private final List<NDArray> stages = new ArrayList<>();
    private final List<ByteBuffer> bytes = new ArrayList<>();
    private final ExecutorService reader =
            Executors.newSingleThreadExecutor(
                    work -> {
                        Thread thread = new Thread(work, "fold-reader");
                        thread.setDaemon(true);
                        return thread;
                    });

    /**
     * @param scope owns the chunks' memory, until after this is closed
     * @param chunk values in a chunk
     * @param type theirs, as what is read has them
     */
    ReadAhead(NDManager scope, int chunk, DataType type) {
        this.chunk = chunk;
        this.type = type;
        NDManager host = scope.newSubManager(Device.cpu());
        for (int i = 0; i < STAGES; i++) {
            stages.add(host.zeros(new Shape(chunk), type));
            bytes.add(HostTransfer.hostBytes(stages.get(i)));
        }
    }

    /** Where values are read: fills a buffer from a position on, any number of times. */
    @FunctionalInterface
    interface Source {
        void read(long from, ByteBuffer target) throws IOException;
    }

    /** Takes a chunk: values on the CPU, valid during the call. */
    @FunctionalInterface
    interface ChunkConsumer {
        void accept(long from, NDArray values);
    }

    /** Hands out so many values, in order. */
    void each(long size, Source source, ChunkConsumer consumer) throws IOException {
        Deque<Future<Void>> ahead = new ArrayDeque<>();
        try {
            for (long next = 0; next < Math.min(size, STAGES * (long) chunk); ) {
                ahead.add(submit(size, source, next));
                next += chunk;
            }
            for (long from = 0; from < size; from += chunk) {
                // In the queue until it is done: a read that goes on is settled below.
                await(ahead.element());
                ahead.remove();
                long count = Math.min(chunk, size - from);
                try (NDArray values = FlatParameters.slice(stages.get(stage(from)), 0, count)) {
                    consumer.accept(from, values);
                }
                long next = from + STAGES * (long) chunk;
                if (next < size) {
                    ahead.add(submit(size, source, next));
                }
            }
        } finally {
            ahead.forEach(ReadAhead::settle);
        }
    }

    /** Ends the thread; no read is under way between calls. */
    @Override
    public void close() {
        reader.shutdown();
    }

    private int stage(long from) {
        return (int) (from / chunk % STAGES);
    }

    private Future<Void> submit(long size, Source source, long from) {
        int count = (int) Math.min(chunk, size - from);
        ByteBuffer target = bytes.get(stage(from)).clear().limit(count * type.getNumOfBytes());
        return reader.submit(
                () -> {
                    source.read(from, target);
                    return null;
                });
    }

    private static void await(Future<Void> read) throws IOException {
        try {
            read.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while an update was read");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException("an update cannot be read", e.getCause());
        }
    }

    /** Nothing reads on behalf of a call that is over, whatever ended it. */
    private static void settle(Future<Void> read) {
        boolean interrupted = false;
        while (!read.isDone()) {
            try {
                read.get();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                // Told already, or of no interest: the call ends for another reason.
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
