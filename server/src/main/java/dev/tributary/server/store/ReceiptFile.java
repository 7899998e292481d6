package dev.tributary.server.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tributary.files.DurableFiles;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.store.ReceiptLines.Attempt;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * The file of a {@link ReceiptLog}: the receipts of one attempt at a round, and behind them what is
 * left of older ones, which are written over.
 *
 * <p>Whenever it is opened, and where a write has failed, all that stands is written to a new file,
 * which takes the name once it is on disk. For what a page that could not be forced holds on disk
 * nobody knows, though it is read back and may be forced again; and behind a line that is written
 * over one may come to stand of which nobody was told. Belongs to one thread at a time.
 */
final class ReceiptFile implements Closeable {
    /** Room for some hundred receipts, so that writing them seldom changes the file's length. */
    private static final int FIRST_BYTES = 1 << 16;

    private final Path path;
    private final StringBuilder lines = new StringBuilder();
    private Attempt attempt = Attempt.NONE;

    /** Of the lines, how much the file is known to hold. */
    private int forced;

    /** Null if the file cannot be relied on. */
    private @Nullable FileChannel file;

    private ReceiptFile(Path path) {
        this.path = path;
    }

    /**
     * A new file in place of the one that may be there.
     *
     * @param standing what it is to hold, line by line
     */
    static ReceiptFile open(Path path, List<List<Receipt>> standing) throws IOException {
        ReceiptFile file = new ReceiptFile(path);
        standing.forEach(file::add);
        file.force();
        return file;
    }

    /** The attempt whose receipts it holds. */
    Attempt attempt() {
        return attempt;
    }

    /** Adds receipts that came together; those of another attempt count no more. */
    void add(List<Receipt> together) {
        if (!Attempt.of(together).equals(attempt)) {
            begin(Attempt.of(together));
        }
        lines.append(ReceiptLines.line(together));
    }

    private void begin(Attempt next) {
        attempt = next;
        lines.setLength(0);
        forced = 0;
    }

    /** Nothing counts, and that is on disk when this returns. */
    void clear() throws IOException {
        begin(Attempt.NONE);
        close();
        file = null;
        force();
    }

    /**
     * All that was added is on disk when this returns.
     *
     * @throws IOException if it may not be; the next call tries with a new file
     */
    void force() throws IOException {
        FileChannel known = file;
        file = null;
        if (known == null) {
            file = renewed();
        } else {
            append(known);
            file = known;
        }
        forced = lines.length();
    }

    private FileChannel renewed() throws IOException {
        DurableFiles.write(
                path,
                out -> {
                    write(out, 0);
                    ByteBuffer room =
                            ByteBuffer.allocate(Math.max(0, FIRST_BYTES - lines.length()));
                    writeAll(out, room, lines.length());
                });
        return FileChannel.open(path, WRITE);
    }

    private void append(FileChannel known) throws IOException {
        try {
            write(known, forced);
            known.force(false);
        } catch (IOException | RuntimeException e) {
            known.close();
            throw e;
        }
    }

    private void write(FileChannel out, int from) throws IOException {
        writeAll(out, ByteBuffer.wrap(lines.substring(from).getBytes(ISO_8859_1)), from);
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes, long from) throws IOException {
        long at = from;
        while (bytes.hasRemaining()) {
            at += out.write(bytes, at);
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
