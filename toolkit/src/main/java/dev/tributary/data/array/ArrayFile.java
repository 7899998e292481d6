package dev.tributary.data.array;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;
import dev.tributary.parameters.MalformedTensorsException;
import dev.tributary.parameters.SafetensorsHeader;
import dev.tributary.parameters.SafetensorsHeader.Entry;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A safetensors file of which rows are read by their number. Thread-safe; the file must not change.
 *
 * @param path where it is
 * @param header what is in it
 * @param payload where the first tensor begins
 */
record ArrayFile(Path path, SafetensorsHeader header, long payload) {

    /**
     * Reads and checks the header.
     *
     * @throws DataException if it is none, or the file is shorter or longer than it says
     */
    static ArrayFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new DataException(path + ": expected a file, found none");
        }
        try (FileChannel file = FileChannel.open(path)) {
            ByteBuffer length = littleEndian(SafetensorsHeader.LENGTH_BYTES);
            fill(file, length, 0);
            int bytes = SafetensorsHeader.checkLength(length.getLong(0));
            if (bytes > file.size()) {
                throw new EOFException("a header of " + bytes + " bytes");
            }
            ByteBuffer json = ByteBuffer.allocate(bytes);
            fill(file, json, SafetensorsHeader.LENGTH_BYTES);
            SafetensorsHeader header = SafetensorsHeader.parse(json.array());
            long payload = (long) SafetensorsHeader.LENGTH_BYTES + bytes;
            if (file.size() != payload + header.payloadBytes()) {
                throw new DataException(
                        "%s: expected %,d bytes, as its header says, found %,d"
                                .formatted(path, payload + header.payloadBytes(), file.size()));
            }
            return new ArrayFile(path, header, payload);
        } catch (MalformedTensorsException e) {
            throw new DataException(path + ": " + e.getMessage(), e);
        } catch (EOFException e) {
            throw new DataException(
                    "%s: expected %s, found the end of the file".formatted(path, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw DataFile.unreadable(path, e);
        }
    }

    /**
     * A tensor with a row for each example.
     *
     * @throws DataException if there is none of that name, or it has no rows
     */
    Entry tensor(String name) {
        Entry entry = header.tensors().get(name);
        if (entry == null) {
            throw new DataException(
                    "%s: expected a tensor \"%s\", found %s"
                            .formatted(path, name, header.tensors().keySet()));
        }
        if (entry.shape().isEmpty() || entry.begin() == entry.end()) {
            throw new DataException(
                    "%s, tensor \"%s\": expected a row for each example, found shape %s"
                            .formatted(path, name, entry.shape()));
        }
        return entry;
    }

    /**
     * Reads rows as float32.
     *
     * @return the rows one after the other, in the order asked for
     * @throws DataException if a value is not finite as float32, or the file cannot be read
     */
    float[] rows(String name, int[] indices) {
        Entry entry = tensor(name);
        int size = Math.toIntExact((entry.end() - entry.begin()) / entry.shape().get(0));
        int width = size / entry.type().bytes();
        float[] values = new float[Math.multiplyExact(indices.length, width)];
        ByteBuffer row = littleEndian(size);
        try (FileChannel file = FileChannel.open(path)) {
            for (int i = 0; i < indices.length; i++) {
                fill(file, row.clear(), payload + entry.begin() + (long) indices[i] * size);
                row.flip();
                for (int j = 0; j < width; j++) {
                    values[i * width + j] = (float) entry.type().value(row);
                    requireFinite(name, indices[i], values[i * width + j]);
                }
            }
        } catch (IOException e) {
            throw DataFile.unreadable(path, e);
        }
        return values;
    }

    private void requireFinite(String name, int row, float value) {
        if (!Float.isFinite(value)) {
            throw new DataException(
                    "%s, tensor \"%s\", row %d: expected numbers that float32 can hold, found %s"
                            .formatted(path, name, row, value));
        }
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void fill(FileChannel file, ByteBuffer target, long from) throws IOException {
        while (target.hasRemaining()) {
            if (file.read(target, from + target.position()) < 0) {
                throw new EOFException(target.limit() + " bytes at byte " + from);
            }
        }
    }
}
