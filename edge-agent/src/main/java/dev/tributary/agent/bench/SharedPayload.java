package dev.tributary.agent.bench;

import static java.nio.channels.FileChannel.MapMode.READ_ONLY;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tributary.parameters.Float16;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.parameters.SafetensorsHeader;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One vector in a file that all clients of a load send as their update, each with a header and a
 * checksum of its own.
 *
 * <p>Costs no memory but the page cache's, whatever the number of clients. Thread-safe.
 *
 * @param precision what the values are
 * @param chunks the file, mapped; duplicate them to read
 * @param bytes its length
 * @param checksum its CRC-32C
 */
record SharedPayload(Precision precision, List<ByteBuffer> chunks, long bytes, long checksum) {
    /** A mapping is at most 2 GiB long. */
    private static final long MAPPED_BYTES = 1L << 30;

    private static final int WRITTEN_VALUES = 1 << 18;

    /** Any finite values do; these are small, both signs, and differ from each other. */
    private static final float STEP = 1e-6f;

    /** Of float16: the bits of smaller ones are smaller. */
    private static final int BITS_OF_ONE = 0x3c00;

    /** Copies the list. */
    SharedPayload {
        chunks = List.copyOf(chunks);
    }

    /**
     * Writes a float32 vector of so many values to a new file.
     *
     * @return what clients send: that file, mapped, or one of another precision beside it
     */
    static SharedPayload create(Path model, long values, Precision precision) throws IOException {
        SharedPayload whole = write(model, values, Precision.FLOAT32);
        Path halves = model.resolveSibling(model.getFileName() + "-halves");
        return precision == Precision.FLOAT32 ? whole : write(halves, values, precision);
    }

    private static SharedPayload write(Path file, long values, Precision precision)
            throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE_NEW, READ, WRITE)) {
            ByteBuffer block = block(precision);
            long valueBytes = block.capacity() / WRITTEN_VALUES;
            for (long left = values * valueBytes; left > 0; left -= block.limit()) {
                block.clear().limit((int) Math.min(block.capacity(), left));
                while (block.hasRemaining()) {
                    channel.write(block);
                }
            }
            return map(channel, precision);
        }
    }

    private static ByteBuffer block(Precision precision) {
        boolean halves = precision == Precision.FLOAT16;
        int valueBytes = halves ? Float16.BYTES : Float.BYTES;
        ByteBuffer block =
                ByteBuffer.allocateDirect(WRITTEN_VALUES * valueBytes)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < WRITTEN_VALUES; i++) {
            if (halves) {
                block.putShort((short) (i % BITS_OF_ONE | (i << (Short.SIZE - 1))));
            } else {
                block.putFloat(STEP * (i - WRITTEN_VALUES / 2));
            }
        }
        return block;
    }

    private static SharedPayload map(FileChannel channel, Precision precision) throws IOException {
        List<ByteBuffer> chunks = new ArrayList<>();
        CRC32C checksum = new CRC32C();
        for (long from = 0; from < channel.size(); from += MAPPED_BYTES) {
            long length = Math.min(MAPPED_BYTES, channel.size() - from);
            ByteBuffer chunk = channel.map(READ_ONLY, from, length);
            checksum.update(chunk.duplicate());
            chunks.add(chunk);
        }
        return new SharedPayload(precision, chunks, channel.size(), checksum.getValue());
    }

    /** One client's update. */
    TensorBody body(ParameterLayout layout, UpdateMetadata metadata) {
        byte[] header = SafetensorsHeader.of(layout, precision, metadata.toMap()).encode();
        CRC32C front = new CRC32C();
        front.update(header);
        List<ByteBuffer> all = new ArrayList<>();
        all.add(ByteBuffer.wrap(header));
        all.addAll(chunks);
        long whole = ChecksumJoin.join(front.getValue(), checksum, bytes);
        return new TensorBody(all, header.length + bytes, "%08x".formatted(whole));
    }
}
