package dev.tributary.parameters;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

import dev.tributary.parameters.SafetensorsHeader.Entry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A model on disk: a safetensors file, opened for reading.
 *
 * <p>A file written here holds its tensors in layout order as float32, and opens in any safetensors
 * reader. A file written elsewhere may hold them in any order and float type. Reading streams:
 * memory does not depend on the size. Close it when done; reads from several threads are safe.
 */
public final class Checkpoint implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final long payloadStart;

    private Checkpoint(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        ByteBuffer length = readAt(0, SafetensorsHeader.LENGTH_BYTES);
        int headerBytes = SafetensorsHeader.checkLength(length.getLong());
        this.header =
                SafetensorsHeader.parse(
                        readAt(SafetensorsHeader.LENGTH_BYTES, headerBytes).array());
        this.payloadStart = SafetensorsHeader.LENGTH_BYTES + (long) headerBytes;
        long expected = payloadStart + header.payloadBytes();
        if (channel.size() != expected) {
            throw new MalformedTensorsException(
                    "expected a file of %d bytes, found %d".formatted(expected, channel.size()));
        }
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws MalformedTensorsException if it is no safetensors file, naming the file
     */
    public static Checkpoint open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, READ);
        try {
            return new Checkpoint(path, channel);
        } catch (MalformedTensorsException e) {
            channel.close();
            throw new MalformedTensorsException(path + ": " + e.getMessage(), e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Writes a vector to a file that appears whole or not at all. Its bytes are on the disk when
     * this returns; its name is when its directory is forced there, too.
     *
     * @param flat float32 {@code [layout.size()]}, on any device
     * @param metadata free text by key
     */
    public static void write(
            Path path, ParameterLayout layout, NDArray flat, Map<String, String> metadata)
            throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".tmp");
        try (FileChannel out = FileChannel.open(unfinished, CREATE, WRITE, TRUNCATE_EXISTING)) {
            writeFully(out, ByteBuffer.wrap(SafetensorsHeader.of(layout, metadata).encode()));
            HostTransfer.toHost(flat, chunk -> writeFully(out, chunk));
            out.force(true);
        }
        Files.move(unfinished, path, ATOMIC_MOVE, REPLACE_EXISTING);
    }

    /** What is in the file. */
    public SafetensorsHeader header() {
        return header;
    }

    /**
     * Reads a model's tensors by name into a flat vector, widening or rounding other float types.
     *
     * @param flat float32 {@code [layout.size()]}, on any device; overwritten
     * @throws LayoutMismatchException if the tensors are not the layout's, naming file and tensor
     */
    public void read(ParameterLayout layout, NDArray flat) throws IOException {
        try {
            header.requireTensorsOf(layout);
        } catch (LayoutMismatchException e) {
            throw new LayoutMismatchException(path + ": " + e.getMessage());
        }
        for (TensorSpec tensor : layout.tensors()) {
            read(tensor.name(), tensor, flat);
        }
    }

    /**
     * Reads one tensor to its place in a flat vector, widening or rounding other float types.
     *
     * @param name the tensor's name in the file
     * @param tensor where it belongs
     * @param flat float32 on any device, with the tensor's place in it
     * @throws LayoutMismatchException if the file has none of this name, or of another shape or no
     *     float type
     */
    public void read(String name, TensorSpec tensor, NDArray flat) throws IOException {
        Entry entry = header.tensors().get(name);
        if (entry == null || !entry.shape().equals(tensor.shape())) {
            throw new LayoutMismatchException(
                    "%s: tensor \"%s\": expected shape %s, found %s"
                            .formatted(
                                    path,
                                    name,
                                    tensor.shape(),
                                    entry == null ? "no such tensor" : entry.shape()));
        }
        try (NDArray view = FlatParameters.slice(flat, tensor.offset(), tensor.end())) {
            HostTransfer.toDevice(vector(name), view);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private HostVector vector(String name) {
        Entry entry = requireNonNull(header.tensors().get(name));
        if (!entry.type().floating()) {
            throw new LayoutMismatchException(
                    "%s: tensor \"%s\": expected a float type, found %s"
                            .formatted(path, name, entry.type()));
        }
        long begin = payloadStart + entry.begin();
        long size = (entry.end() - entry.begin()) / entry.type().bytes();
        return entry.type() == ElementType.F32
                ? HostVector.of(channel, begin, size)
                : new ConvertingVector(channel, begin, size, entry.type());
    }

    private ByteBuffer readAt(long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new MalformedTensorsException(
                        "expected %d bytes at byte %d, found %d"
                                .formatted(count, position, bytes.position()));
            }
        }
        return bytes.flip();
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** Reads another float type as float32. */
    private record ConvertingVector(FileChannel channel, long begin, long size, ElementType type)
            implements HostVector {
        @Override
        public void read(long offset, ByteBuffer destination) throws IOException {
            int count = destination.remaining() / Float.BYTES;
            ByteBuffer raw =
                    ByteBuffer.allocate(count * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            long position = begin + offset * type.bytes();
            while (raw.hasRemaining()) {
                if (channel.read(raw, position + raw.position()) < 0) {
                    throw new IOException("the file became shorter while it was read");
                }
            }
            raw.flip();
            ByteOrder order = destination.order();
            destination.order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                destination.putFloat(type.read(raw));
            }
            destination.order(order);
        }
    }
}
