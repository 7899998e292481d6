package dev.tributary.data.image;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads IDX files, the format of MNIST: a magic of two zero bytes, a type code and a rank, then the
 * extents as big-endian 32-bit integers, then the values in row-major order.
 *
 * <p>Only unsigned bytes (type code 0x08) of rank 1 to 4 are read, plain or gzip, told apart by the
 * file's first bytes. Memory is taken for values that the file can hold, never because its header
 * claims them.
 */
final class IdxReader {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final int MAX_RANK = 4;

    private IdxReader() {}

    /**
     * Reads a file of the given rank.
     *
     * @param path the file
     * @param rank the number of extents, in {@code [1, 4]}: 3 for images, 1 for labels
     * @throws DataException if the file cannot be read or is not exactly that; the message says
     *     what was expected and found
     */
    static IdxArray read(Path path, int rank) {
        if (rank < 1 || rank > MAX_RANK) {
            throw new IllegalArgumentException("rank: expected 1 to 4, found " + rank);
        }
        DataFile file = DataFile.of(path);
        try (DataInputStream in = new DataInputStream(file.open())) {
            checkMagic(path, in.readInt(), rank);
            int[] shape = readShape(path, in, rank);
            return new IdxArray(shape, readValues(file, in, shape));
        } catch (EOFException e) {
            throw new DataException(
                    "%s: expected an IDX header of %d bytes, found the end of the file"
                            .formatted(path, headerBytes(rank)),
                    e);
        } catch (IOException e) {
            throw DataFile.unreadable(path, e);
        }
    }

    private static int headerBytes(int rank) {
        return Integer.BYTES * (1 + rank);
    }

    private static void checkMagic(Path path, int magic, int rank) {
        int expected = UNSIGNED_BYTE << 8 | rank;
        if (magic == expected) {
            return;
        }
        String part =
                magic >>> 16 != 0
                        ? "no IDX file"
                        : magic >>> 8 != UNSIGNED_BYTE ? "another type code" : "another rank";
        throw new DataException(
                "%s: expected IDX magic 0x%08x (unsigned bytes of rank %d), found 0x%08x: %s"
                        .formatted(path, expected, rank, magic, part));
    }

    private static int[] readShape(Path path, DataInputStream in, int rank) throws IOException {
        int[] shape = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            shape[axis] = in.readInt();
            if (shape[axis] < 1) {
                throw new DataException(
                        "%s: extent of axis %d: expected 1 to %d, found %d"
                                .formatted(
                                        path,
                                        axis,
                                        Integer.MAX_VALUE,
                                        Integer.toUnsignedLong(shape[axis])));
            }
        }
        return shape;
    }

    private static byte[] readValues(DataFile file, DataInputStream in, int[] shape)
            throws IOException {
        int claimed = claimedValues(file, shape);
        // Grows with what arrives: a gzip file may promise more than it holds.
        byte[] values = in.readNBytes(claimed);
        if (values.length < claimed) {
            throw new DataException(
                    "%s: expected %,d values, found only %,d"
                            .formatted(file.path(), claimed, values.length));
        }
        if (in.read() >= 0) {
            throw new DataException(
                    "%s: expected the end of the file after %,d values, found more bytes"
                            .formatted(file.path(), claimed));
        }
        return values;
    }

    private static int claimedValues(DataFile file, int[] shape) {
        long most =
                Math.min(Integer.MAX_VALUE - 8, file.maxContentBytes() - headerBytes(shape.length));
        long claimed = 1;
        for (int extent : shape) {
            claimed *= extent;
            if (claimed > most) {
                throw new DataException(
                        "%s: expected at most the %,d values that its %,d bytes can hold, found %,d"
                                .formatted(file.path(), most, file.sizeBytes(), claimed));
            }
        }
        return (int) claimed;
    }
}
