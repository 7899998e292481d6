package dev.tributary.agent.state;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonParseException;

import dev.tributary.files.DurableFiles;
import dev.tributary.protocol.Json;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The form of all files here: a record, then a body that the record describes.
 *
 * <p>8 bytes of magic with the version, the record's length (int32, big-endian), the record as
 * JSON, its CRC-32C (int32), the body. All input and output goes through {@link RandomAccessFile},
 * because a {@code FileChannel} would be closed by the interruption that stops an agent, in the
 * middle of the work that is to be saved.
 */
final class StateFile {
    private static final byte[] MAGIC = "TRIBST1\n".getBytes(US_ASCII);
    private static final int MAX_RECORD_BYTES = 1 << 20;
    private static final int COPY_BYTES = 1 << 18;

    private StateFile() {}

    /**
     * The beginning of a file.
     *
     * @param record what it says
     * @param bodyStart the byte at which its body begins
     */
    record Head<T extends Record>(T record, long bodyStart) {}

    /** Writes the beginning. */
    static void writeHead(RandomAccessFile file, Record record) throws IOException {
        byte[] json = Json.write(record).getBytes(UTF_8);
        ByteBuffer head = ByteBuffer.allocate(MAGIC.length + 8 + json.length);
        head.put(MAGIC).putInt(json.length).put(json).putInt(crc(json));
        file.write(head.array());
    }

    /** Appends a chunk, which is left as it was. */
    static void append(RandomAccessFile file, ByteBuffer chunk) throws IOException {
        ByteBuffer source = chunk.duplicate();
        byte[] copy = new byte[Math.min(COPY_BYTES, source.remaining())];
        while (source.hasRemaining()) {
            int count = Math.min(copy.length, source.remaining());
            source.get(copy, 0, count);
            file.write(copy, 0, count);
        }
    }

    /**
     * Reads the beginning; the file is then positioned at the body.
     *
     * @throws CorruptStateException if it is not one that was written here for such a record
     */
    static <T extends Record> Head<T> readHead(RandomAccessFile file, Class<T> type)
            throws IOException {
        byte[] magic = new byte[MAGIC.length];
        try {
            file.readFully(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new CorruptStateException("a file of this version's agent", "another");
            }
            byte[] json = readRecord(file);
            return new Head<>(Json.read(new String(json, UTF_8), type), file.getFilePointer());
        } catch (EOFException e) {
            throw new CorruptStateException("a whole record", "the end at byte " + file.length());
        } catch (JsonParseException e) {
            throw new CorruptStateException("a record of today", String.valueOf(e.getMessage()));
        }
    }

    /** Makes renames last, if nothing is in the way; an interrupt may be. */
    static void syncDirectory(Path directory) {
        try {
            DurableFiles.forceDirectory(directory);
        } catch (IOException e) {
            // After a power failure the older file may be back, whose record then tells.
        }
    }

    private static byte[] readRecord(RandomAccessFile file) throws IOException {
        int length = file.readInt();
        if (length < 0 || length > MAX_RECORD_BYTES) {
            throw new CorruptStateException(
                    "a record of at most " + MAX_RECORD_BYTES + " bytes", length + " bytes");
        }
        byte[] json = new byte[length];
        file.readFully(json);
        int expected = file.readInt();
        if (expected != crc(json)) {
            throw new CorruptStateException(
                    "a record with CRC-32C %08x".formatted(expected), "%08x".formatted(crc(json)));
        }
        return json;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
