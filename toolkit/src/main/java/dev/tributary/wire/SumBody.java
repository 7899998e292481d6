package dev.tributary.wire;

import com.google.gson.JsonParseException;

import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.parameters.ElementType;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.MalformedTensorsException;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.SafetensorsHeader;
import dev.tributary.parameters.SafetensorsHeader.Entry;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.strategy.Weighting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A file with the exact sum of several updates: a safetensors file with the sums as int64 in units
 * of 2<sup>-32</sup>, and behind them the largest counters as float32 where the layout has any.
 */
public final class SumBody {
    private static final String SUM = "sum";
    private static final String COUNTERS = "counters";
    private static final int MAX_HEADER_BYTES = 1 << 18;
    private static final int CHUNK_BYTES = 1 << 18;

    private SumBody() {}

    /** The longest file that can be a sum of a layout's updates. */
    public static long maximumBytes(ParameterLayout layout) {
        return MAX_HEADER_BYTES + SafetensorsHeader.LENGTH_BYTES + payloadBytes(layout);
    }

    /** Whether a header is that of a sum: no update has integers. */
    public static boolean isSum(SafetensorsHeader header) {
        Entry sum = header.tensors().get(SUM);
        return sum != null && sum.type() == ElementType.I64;
    }

    /**
     * A file that passed every check.
     *
     * @param metadata what was added
     * @param words the payload in words of four bytes, read from the file, which stays open
     * @param bytes the file's length
     * @param checksum its CRC-32C, in hex
     */
    public record Checked(SumMetadata metadata, HostVector words, long bytes, String checksum) {}

    /** Writes a sum. */
    public static void write(FileChannel file, SumMetadata metadata, ExactWeightedMean sum)
            throws IOException {
        Map<String, String> texts = Map.of(SUM, Json.write(metadata));
        writeAll(
                file,
                ByteBuffer.wrap(new SafetensorsHeader(entries(sum.layout()), texts).encode()));
        sum.export(chunk -> writeAll(file, chunk));
    }

    /**
     * Checks a whole file: header, length, that no sum is larger than its parts can make it, and
     * that counters are finite.
     *
     * @throws WireException if it is no such sum
     * @throws IOException if it cannot be read
     */
    public static Checked check(FileChannel file, ParameterLayout layout, Weighting weighting)
            throws IOException {
        CRC32C checksum = new CRC32C();
        SafetensorsHeader header = header(file, checksum);
        if (!header.tensors().equals(entries(layout))) {
            throw new WireException(
                    ErrorCode.LAYOUT_MISMATCH,
                    "sum: expected tensors %s, found others".formatted(entries(layout)));
        }
        long start = file.position();
        if (file.size() != start + payloadBytes(layout)) {
            throw malformed(start + payloadBytes(layout) + " bytes", file.size() + "");
        }
        SumMetadata metadata = metadata(header);
        double bound = ExactWeightedMean.bound(metadata.shares(weighting));
        requireWithin(file, start, layout, bound, checksum);
        long words = payloadBytes(layout) / Float.BYTES;
        return new Checked(
                metadata, HostVector.of(file, start, words), file.size(), TensorBody.hex(checksum));
    }

    /** The header of a file, read from its beginning; leaves the position behind it. */
    public static SafetensorsHeader header(FileChannel file) throws IOException {
        return header(file, new CRC32C());
    }

    private static SafetensorsHeader header(FileChannel file, CRC32C checksum) throws IOException {
        file.position(0);
        ByteBuffer length = read(file, SafetensorsHeader.LENGTH_BYTES, checksum);
        long claimed = length.getLong();
        if (claimed < 2 || claimed > MAX_HEADER_BYTES) {
            throw malformed("a header of at most " + MAX_HEADER_BYTES + " bytes", claimed + "");
        }
        try {
            return SafetensorsHeader.parse(read(file, (int) claimed, checksum).array());
        } catch (MalformedTensorsException e) {
            throw new WireException(ErrorCode.MALFORMED_BODY, "sum: " + e.getMessage());
        }
    }

    private static SumMetadata metadata(SafetensorsHeader header) {
        try {
            return Json.read(header.metadata().getOrDefault(SUM, ""), SumMetadata.class);
        } catch (JsonParseException e) {
            throw new WireException(ErrorCode.MALFORMED_BODY, "sum: " + e.getMessage());
        }
    }

    private static void requireWithin(
            FileChannel file, long start, ParameterLayout layout, double bound, CRC32C checksum)
            throws IOException {
        long sums = layout.size() * Long.BYTES;
        long end = payloadBytes(layout);
        for (long at = 0; at < end; ) {
            long part = at < sums ? sums : end;
            int count = (int) Math.min(CHUNK_BYTES, part - at);
            file.position(start + at);
            ByteBuffer chunk = read(file, count, checksum);
            while (chunk.hasRemaining()) {
                double value = at < sums ? Math.abs((double) chunk.getLong()) : chunk.getFloat();
                if (at < sums ? value > bound : !Double.isFinite(value)) {
                    throw new WireException(
                            ErrorCode.OUT_OF_RANGE,
                            "sum: expected values within what its parts make, found one beyond");
                }
            }
            at += count;
        }
    }

    private static ByteBuffer read(FileChannel file, int count, CRC32C checksum)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes) < 0) {
                throw malformed(bytes.remaining() + " more bytes", "the end");
            }
        }
        checksum.update(bytes.flip().duplicate());
        return bytes;
    }

    private static void writeAll(FileChannel file, ByteBuffer bytes) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            file.write(rest);
        }
    }

    private static Map<String, Entry> entries(ParameterLayout layout) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        long sums = layout.size() * Long.BYTES;
        entries.put(SUM, new Entry(ElementType.I64, List.of(layout.size()), 0, sums));
        long counters = layout.size(ParameterKind.COUNTER);
        if (counters > 0) {
            entries.put(
                    COUNTERS,
                    new Entry(
                            ElementType.F32,
                            List.of(counters),
                            sums,
                            sums + counters * Float.BYTES));
        }
        return entries;
    }

    private static long payloadBytes(ParameterLayout layout) {
        return layout.size() * Long.BYTES + layout.size(ParameterKind.COUNTER) * Float.BYTES;
    }

    private static WireException malformed(String expected, String found) {
        return new WireException(
                ErrorCode.MALFORMED_BODY, "sum: expected %s, found %s".formatted(expected, found));
    }
}
