package dev.tributary.data;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A file of data that is read as it is or, if its first two bytes say so, through gzip.
 *
 * <p>The name plays no part. What comes out of gzip is bounded by {@link #maxContentBytes}, so that
 * a small file cannot fill the memory.
 *
 * @param path where it is
 * @param sizeBytes its size on disk
 * @param compressed whether it is gzip
 */
public record DataFile(Path path, long sizeBytes, boolean compressed) {
    /** Deflate can reach 1,032; real tables and images stay below 50. */
    private static final long MAX_EXPANSION = 200;

    private static final long FREE_EXPANSION_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 16;

    private static final String NONE_GIVEN =
            "none given (by --data-dir, or data.directory in a run file)";

    /** What spreadsheets and editors put before a text; no part of it. */
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /**
     * Looks at the file's size and its first two bytes.
     *
     * @throws DataException if it cannot be read
     */
    public static DataFile of(Path path) {
        if (!Files.isRegularFile(path)) {
            Path directory = path.toAbsolutePath().getParent();
            throw new DataException(
                    directory == null || Files.isDirectory(directory)
                            ? path + ": expected a file, found none"
                            : "%s: expected a file, found no directory %s"
                                    .formatted(path, directory));
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] magic = in.readNBytes(2);
            boolean gzip = magic.length == 2 && magic[0] == (byte) 0x1f && magic[1] == (byte) 0x8b;
            return new DataFile(path, Files.size(path), gzip);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /**
     * The files of those names in a directory, each as it is called or with {@code .gz} behind.
     *
     * @param owner who asks, as messages begin
     * @param origin where people get them, for messages
     * @throws DataException if there is no such directory, or files are missing; all are named
     */
    public static List<Path> find(
            String owner, String origin, @Nullable Path directory, List<String> names) {
        if (directory == null || !Files.isDirectory(directory)) {
            throw new DataException(
                    "%s: expected a directory with the files %s (or the same with .gz), found %s; they are at %s"
                            .formatted(
                                    owner,
                                    names,
                                    directory == null
                                            ? NONE_GIVEN
                                            : "no directory %s (--data-dir names another)"
                                                    .formatted(directory),
                                    origin));
        }
        List<Path> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String name : names) {
            Path plain = directory.resolve(name);
            Path gzip = directory.resolve(name + ".gz");
            if (Files.isRegularFile(plain)) {
                found.add(plain);
            } else if (Files.isRegularFile(gzip)) {
                found.add(gzip);
            } else {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            throw new DataException(
                    "%s: expected the files %s (or the same with .gz) in %s, found %s; they are at %s"
                            .formatted(
                                    owner,
                                    names,
                                    directory,
                                    missing.size() == names.size() ? "none" : "no " + missing,
                                    origin));
        }
        return List.copyOf(found);
    }

    /**
     * A file of a directory that an option names, never outside of it: options may come from
     * another machine.
     *
     * @throws DataException if the option or the directory is not given, or it names what is
     *     elsewhere
     */
    public static Path inside(@Nullable Path directory, Options options, String option) {
        String name = options.required(option);
        if (directory == null) {
            throw new DataException(
                    "%s: expected a directory that holds %s, found %s"
                            .formatted(options.owner(), name, NONE_GIVEN));
        }
        Path root = directory.toAbsolutePath().normalize();
        Path file = root.resolve(name).normalize();
        if (!file.startsWith(root)) {
            throw options.wrong(option, "a file inside " + directory, name);
        }
        return file;
    }

    /** The failure of a file that the system, or gzip, would not read. */
    public static DataException unreadable(Path path, Throwable cause) {
        return new DataException(path + ": cannot be read: " + reason(cause), cause);
    }

    /** What the messages of some classes leave to the name of the class. */
    private static String reason(Throwable cause) {
        if (cause instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (cause instanceof AccessDeniedException) {
            return "access is denied";
        }
        if (cause instanceof CharacterCodingException) {
            return "expected text in UTF-8, found other bytes";
        }
        Throwable inner = cause.getCause();
        return cause instanceof UncheckedIOException && inner != null
                ? reason(inner)
                : String.valueOf(cause.getMessage());
    }

    /** The most bytes that the content can have: the size itself, or a multiple of it for gzip. */
    public long maxContentBytes() {
        return compressed ? FREE_EXPANSION_BYTES + MAX_EXPANSION * sizeBytes : sizeBytes;
    }

    /** The content, uncompressed; the caller closes it. */
    public InputStream open() throws IOException {
        InputStream file = Files.newInputStream(path);
        if (!compressed) {
            return new BufferedInputStream(file, BUFFER_BYTES);
        }
        try {
            return new BoundedStream(new GZIPInputStream(file, BUFFER_BYTES));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * The content as text in UTF-8, without a byte order mark; the caller closes it.
     *
     * @throws IOException also from what is returned, if the bytes are no such text
     */
    public BufferedReader text() throws IOException {
        BufferedReader text =
                new BufferedReader(
                        new InputStreamReader(open(), StandardCharsets.UTF_8.newDecoder()));
        try {
            text.mark(1);
            if (text.read() != BYTE_ORDER_MARK) {
                text.reset();
            }
            return text;
        } catch (IOException e) {
            text.close();
            throw e;
        }
    }

    private final class BoundedStream extends FilterInputStream {
        private long left = maxContentBytes();

        private BoundedStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            count(Math.max(0, count));
            return count;
        }

        private void count(int bytes) {
            left -= bytes;
            if (left < 0) {
                throw new DataException(
                        "%s: expected at most %,d bytes out of %,d bytes of gzip, found more"
                                .formatted(path, maxContentBytes(), sizeBytes));
            }
        }
    }
}
