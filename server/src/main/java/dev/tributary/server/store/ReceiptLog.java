package dev.tributary.server.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tributary.server.database.Receipt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * Which updates count in the round that is open: a file that is forced to disk once for all that
 * wait. The database takes them over when the round closes.
 *
 * <p>A line holds what came together: its CRC-32C, then nine fields for each receipt, separated by
 * tabs. The lines of another attempt are written over those of the one before, so the file seldom
 * grows; the first line that is not whole, or of another attempt, ends what it says.
 *
 * <p>{@link #append} may be called from any thread; futures complete on the log's own. {@link
 * #found} and {@link #clear} belong to whoever opens it, before the first of them.
 */
public final class ReceiptLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiptLog.class);
    private static final int FIELDS = 9;
    private static final int CHECKSUM_DIGITS = 8;

    /** Room for some hundred receipts, so that writing them seldom changes the file's length. */
    private static final int FIRST_BYTES = 1 << 16;

    private final FileChannel file;
    private final List<Receipt> found;
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final ExecutorService writer =
            Executors.newSingleThreadExecutor(
                    work -> {
                        Thread thread = new Thread(work, "receipts");
                        thread.setDaemon(true);
                        return thread;
                    });

    /** Where the next line goes; the writer's alone, as is what follows. */
    private long end;

    private Attempt attempt;

    private record Entry(List<Receipt> receipts, CompletableFuture<Void> written) {}

    private record Attempt(int round, int number) {
        static final Attempt NONE = new Attempt(0, 0);

        static Attempt of(Receipt receipt) {
            return new Attempt(receipt.round(), receipt.attempt());
        }
    }

    private ReceiptLog(FileChannel file, List<Receipt> found, long end) {
        this.file = file;
        this.found = found;
        this.end = end;
        this.attempt = found.isEmpty() ? Attempt.NONE : Attempt.of(found.get(0));
    }

    /**
     * Opens the log, or makes it, and reads what it says.
     *
     * @param runId the run that it belongs to
     */
    public static ReceiptLog open(Path path, String runId) throws IOException {
        boolean made = !Files.exists(path);
        FileChannel file = FileChannel.open(path, CREATE, READ, WRITE);
        try {
            if (made) {
                file.write(ByteBuffer.allocate(FIRST_BYTES), 0);
                file.force(true);
                Path directory = path.toAbsolutePath().getParent();
                if (directory != null) {
                    DurableFiles.forceDirectory(directory);
                }
            }
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {}
            List<Receipt> found = new ArrayList<>();
            int end = read(new String(bytes.array(), US_ASCII), runId, found);
            return new ReceiptLog(file, List.copyOf(found), end);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** The receipts of an attempt that were there when the log was opened, as they came. */
    public List<Receipt> found(int round, int number) {
        return attempt.equals(new Attempt(round, number)) ? found : List.of();
    }

    /** Nothing counts: what the log says is of an attempt that nobody goes on with. */
    public void clear() throws IOException {
        file.write(ByteBuffer.allocate(1), 0);
        file.force(false);
        end = 0;
        attempt = Attempt.NONE;
    }

    /**
     * Notes receipts of one attempt, which is that of the last ones or a newer one: all are found
     * again, or none.
     *
     * @return completes when that is on disk; exceptionally, it may or may not be
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

    /** Writes what waits, and ends the thread. */
    @Override
    public void close() throws IOException {
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

    /** All that waits, in one forced write. */
    private void writeWaiting() {
        List<Entry> entries = new ArrayList<>();
        for (Entry entry = waiting.poll(); entry != null; entry = waiting.poll()) {
            entries.add(entry);
        }
        if (entries.isEmpty()) {
            return;
        }
        try {
            write(entries);
        } catch (IOException | RuntimeException e) {
            entries.forEach(entry -> entry.written.completeExceptionally(e));
            return;
        }
        entries.forEach(entry -> entry.written.complete(null));
    }

    private void write(List<Entry> entries) throws IOException {
        StringBuilder lines = new StringBuilder();
        Attempt newest = attempt;
        long at = end;
        for (Entry entry : entries) {
            Attempt next = Attempt.of(entry.receipts.get(0));
            if (!next.equals(newest)) {
                newest = next;
                at = 0;
                lines.setLength(0);
            }
            String text = String.join("\t", entry.receipts.stream().map(ReceiptLog::text).toList());
            lines.append(checksum(text)).append('\t').append(text).append('\n');
        }
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(US_ASCII));
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
        file.force(false);
        // Not before: what could not be written is written over.
        end = at;
        attempt = newest;
    }

    private static String text(Receipt receipt) {
        return String.join(
                "\t",
                Integer.toString(receipt.round()),
                Integer.toString(receipt.attempt()),
                receipt.clientId(),
                receipt.checksum(),
                Long.toString(receipt.bytes()),
                receipt.spoolFile(),
                Long.toString(receipt.exampleCount()),
                Double.toString(receipt.weight()),
                Double.toString(receipt.trainLoss()));
    }

    /** Adds the receipts of all lines that stand; where the next line goes. */
    private static int read(String lines, String runId, List<Receipt> found) {
        int at = 0;
        for (int to = lines.indexOf('\n'); to >= 0; to = lines.indexOf('\n', at)) {
            List<Receipt> together = receipts(lines.substring(at, to), runId);
            boolean stands =
                    !together.isEmpty()
                            && (found.isEmpty()
                                    || Attempt.of(together.get(0))
                                            .equals(Attempt.of(found.get(0))));
            if (!stands) {
                break;
            }
            found.addAll(together);
            at = to + 1;
        }
        return at;
    }

    /** The receipts of a line; none if it is not whole. */
    private static List<Receipt> receipts(String line, String runId) {
        int start = CHECKSUM_DIGITS + 1;
        if (line.length() <= start || !line.startsWith(checksum(line.substring(start)) + "\t")) {
            return List.of();
        }
        String[] fields = line.substring(start).split("\t", -1);
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < fields.length; i += FIELDS) {
            receipts.add(receipt(runId, Arrays.asList(fields).subList(i, i + FIELDS)));
        }
        return receipts;
    }

    private static Receipt receipt(String runId, List<String> fields) {
        return new Receipt(
                runId,
                Integer.parseInt(fields.get(0)),
                Integer.parseInt(fields.get(1)),
                fields.get(2),
                fields.get(3),
                Long.parseLong(fields.get(4)),
                fields.get(5),
                Long.parseLong(fields.get(6)),
                Double.parseDouble(fields.get(7)),
                Double.parseDouble(fields.get(8)));
    }

    private static String checksum(String text) {
        CRC32C checksum = new CRC32C();
        checksum.update(text.getBytes(US_ASCII));
        return HexFormat.of().toHexDigits(checksum.getValue(), CHECKSUM_DIGITS);
    }
}
