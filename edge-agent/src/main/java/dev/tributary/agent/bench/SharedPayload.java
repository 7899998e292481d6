package dev.tributary.agent.bench;

import static java.nio.channels.FileChannel.MapMode.READ_ONLY;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tributary.parameters.ParameterLayout;
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
 * @param chunks the file, mapped; duplicate them to read
 * @param bytes its length
 * @param checksum its CRC-32C
 */
record SharedPayload(List<ByteBuffer> chunks, long bytes, long checksum) {
    /** A mapping is at most 2 GiB long. */
    private static final long MAPPED_BYTES = 1L << 30;

    private static final int WRITTEN_FLOATS = 1 << 18;

    /** Any finite values do; these are small, both signs, and differ from each other. */
    private static final float STEP = 1e-6f;

    /** Copies the list. */
    SharedPayload {
        chunks = List.copyOf(chunks);
    }

    /** Writes a vector of so many values to a new file, and maps it. */
    static SharedPayload create(Path file, long values) throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE_NEW, READ, WRITE)) {
            ByteBuffer block =
                    ByteBuffer.allocateDirect(WRITTEN_FLOATS * Float.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < WRITTEN_FLOATS; i++) {
                block.putFloat(STEP * (i - WRITTEN_FLOATS / 2));
            }
            for (long left = values * Float.BYTES; left > 0; left -= block.limit()) {
                block.clear().limit((int) Math.min(block.capacity(), left));
                while (block.hasRemaining()) {
                    channel.write(block);
                }
            }
            return map(channel);
        }
    }

    private static SharedPayload map(FileChannel channel) throws IOException {
        List<ByteBuffer> chunks = new ArrayList<>();
        CRC32C checksum = new CRC32C();
        for (long from = 0; from < channel.size(); from += MAPPED_BYTES) {
            long length = Math.min(MAPPED_BYTES, channel.size() - from);
            ByteBuffer chunk = channel.map(READ_ONLY, from, length);
            checksum.update(chunk.duplicate());
            chunks.add(chunk);
        }
        return new SharedPayload(chunks, channel.size(), checksum.getValue());
    }

    /** One client's update. */
    TensorBody body(ParameterLayout layout, UpdateMetadata metadata) {
        byte[] header = SafetensorsHeader.of(layout, metadata.toMap()).encode();
        CRC32C front = new CRC32C();
        front.update(header);
        List<ByteBuffer> all = new ArrayList<>();
        all.add(ByteBuffer.wrap(header));
        all.addAll(chunks);
        long whole = ChecksumJoin.join(front.getValue(), checksum, bytes);
        return new TensorBody(all, header.length + bytes, "%08x".formatted(whole));
    }
}
