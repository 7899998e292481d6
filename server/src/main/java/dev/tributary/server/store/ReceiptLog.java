package dev.tributary.server.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tributary.server.database.Receipt;
import dev.tributary.server.store.ReceiptLines.Attempt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Which updates count in the round that is open: a file that is forced to disk once for all that
 * wait. The database takes them over when the round closes.
 *
 * <p>A receipt that cannot be written waits until it can, and so do those behind it: whether one is
 * on disk is never left open as long as the server runs.
 *
 * <p>{@link #append} may be called from any thread; futures complete on the log's own. {@link
 * #found} and {@link #clear} belong to whoever opens it, before the first of them.
 */
public final class ReceiptLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiptLog.class);
    private static final long PAUSE_MILLIS = 500;

    private final ReceiptFile file;
    private final Attempt attempt;
    private final List<Receipt> found;
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Outage outage = new Outage();
    private final ExecutorService writer =
            Executors.newSingleThreadExecutor(
                    work -> {
                        Thread thread = new Thread(work, "receipts");
                        thread.setDaemon(true);
                        return thread;
                    });

    private volatile String obstacle = "";

    private record Entry(List<Receipt> receipts, CompletableFuture<Void> written) {}

    private ReceiptLog(ReceiptFile file, List<Receipt> found) {
        this.file = file;
        this.attempt = file.attempt();
        this.found = found;
    }

    /**
     * Opens the log, or makes it, and reads what it says.
     *
     * @param runId the run that it belongs to
     * @throws IOException if it cannot be read or written, or another version has written it
     */
    public static ReceiptLog open(Path path, String runId) throws IOException {
        List<List<Receipt>> found =
                Files.exists(path)
                        ? ReceiptLines.read(Files.readString(path, ISO_8859_1), runId)
                        : List.of();
        return new ReceiptLog(
                ReceiptFile.open(path, found), found.stream().flatMap(List::stream).toList());
    }

    /** The receipts of an attempt that were there when the log was opened, as they came. */
    public List<Receipt> found(int round, int number) {
        return attempt.equals(new Attempt(round, number)) ? found : List.of();
    }

    /** Nothing counts: what the log says is of an attempt that nobody goes on with. */
    public void clear() throws IOException {
        file.clear();
    }

    /**
     * Notes receipts of one attempt, which is that of the last ones or a newer one: all are found
     * again, or none.
     *
     * @return completes when that is on disk; exceptionally when the log is closed before, and then
     *     it may or may not be
     */
    public CompletableFuture<Void> append(List<Receipt> receipts) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        waiting.add(new Entry(receipts, written));
        try {
            writer.execute(this::writeWaiting);
        } catch (RejectedExecutionException e) {
            written.completeExceptionally(new IOException("the server is stopping", e));
        }
        return written;
    }

    /** Why receipts wait for longer than a write takes; empty if they do not. */
    Optional<String> obstacle() {
        return outage.isLasting() ? Optional.of(obstacle) : Optional.empty();
    }

    /** Whether receipts find their way to disk. */
    Shortage shortage() {
        return outage.shortage();
    }

    /** Writes what waits, without patience, and ends the thread. */
    @Override
    public void close() throws IOException {
        closing.countDown();
        writer.shutdown();
        try (file) {
            if (!writer.awaitTermination(1, TimeUnit.MINUTES)) {
                LOG.error("receipts are still being written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while receipts were written");
        }
    }

    /** All that waits, in one forced write; what comes while that fails, in the next. */
    private void writeWaiting() {
        List<Entry> entries = new ArrayList<>();
        take(entries);
        while (!entries.isEmpty()) {
            try {
                file.force();
                outage.end();
                entries.forEach(entry -> entry.written.complete(null));
                return;
            } catch (IOException | RuntimeException e) {
                if (closed(e)) {
                    entries.forEach(entry -> entry.written.completeExceptionally(e));
                    return;
                }
            }
            take(entries);
        }
    }

    private void take(List<Entry> entries) {
        for (Entry entry = waiting.poll(); entry != null; entry = waiting.poll()) {
            file.add(entry.receipts);
            entries.add(entry);
        }
    }

    /** Waits a moment; whether the log is to end. */
    private boolean closed(Exception failure) {
        obstacle = "receipts cannot be written: " + failure;
        if (outage.begin()) {
            LOG.error("the run pauses: {}", obstacle);
        }
        try {
            return closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Whoever ends this thread says so otherwise, and an interrupt would close the file.
            return false;
        }
    }
}
