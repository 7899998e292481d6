package dev.tributary.parameters;

import com.google.gson.stream.JsonWriter;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The JSON header of a safetensors file: which tensors, of what type and shape, at which bytes.
 *
 * <p>A file is the header's length as a little-endian 64-bit number, the header, and the tensors'
 * bytes without gaps. Immutable and thread-safe.
 *
 * @param tensors by name, in the order of their bytes
 * @param metadata free text by key
 */
public record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {
    /** Bytes of the length field. */
    public static final int LENGTH_BYTES = Long.BYTES;

    /** No honest header is longer; a claim beyond it is refused before anything is allocated. */
    public static final int MAX_HEADER_BYTES = 16 << 20;

    /**
     * One tensor.
     *
     * @param type the element type
     * @param shape extents, outermost first
     * @param begin first byte, counted from the end of the header
     * @param end the byte behind the last
     */
    public record Entry(ElementType type, List<Long> shape, long begin, long end) {
        /** Copies the shape. */
        public Entry {
            shape = List.copyOf(shape);
        }
    }

    /** Keeps the order of the tensors. */
    public SafetensorsHeader {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Map.copyOf(metadata);
    }

    /** The header of a file that holds a layout's float32 vector. */
    public static SafetensorsHeader of(ParameterLayout layout, Map<String, String> metadata) {
        return of(layout, Precision.FLOAT32, metadata);
    }

    /** The header of a file that holds a layout's vector. */
    public static SafetensorsHeader of(
            ParameterLayout layout, Precision precision, Map<String, String> metadata) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (TensorSpec tensor : layout.tensors()) {
            entries.put(
                    tensor.name(),
                    new Entry(
                            precision.type(tensor.kind()),
                            tensor.shape(),
                            precision.position(layout, tensor.offset()),
                            precision.position(layout, tensor.end())));
        }
        return new SafetensorsHeader(entries, metadata);
    }

    /**
     * Reads a header.
     *
     * @param json the header without its length field
     * @throws MalformedTensorsException if it is no header, or its tensors overlap, leave gaps, or
     *     have a length other than their shape says
     */
    public static SafetensorsHeader parse(byte[] json) {
        return SafetensorsHeaderParser.parse(json);
    }

    /**
     * Checks the value of a length field.
     *
     * @return the header's length in bytes
     * @throws MalformedTensorsException if no honest header is that long
     */
    public static int checkLength(long claimed) {
        if (claimed < 2 || claimed > MAX_HEADER_BYTES) {
            throw new MalformedTensorsException(
                    "not a safetensors file: expected a header length of 2 to %d bytes, found %s"
                            .formatted(MAX_HEADER_BYTES, Long.toUnsignedString(claimed)));
        }
        return (int) claimed;
    }

    /** Bytes of all tensors together. */
    public long payloadBytes() {
        return tensors.values().stream().mapToLong(Entry::end).max().orElse(0);
    }

    /**
     * Length field and header, padded with spaces so that the tensors begin at a multiple of eight.
     */
    public byte[] encode() {
        byte[] json = toJson().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer bytes =
                ByteBuffer.allocate(LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(padded).put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.array();
    }

    /**
     * Checks that the payload is exactly a layout's vector.
     *
     * @throws LayoutMismatchException naming the first tensor that differs
     */
    public void requireVectorOf(ParameterLayout layout, Precision precision) {
        requireTensorsOf(layout);
        for (TensorSpec tensor : layout.tensors()) {
            Entry entry = entry(tensor);
            ElementType type = precision.type(tensor.kind());
            if (entry.type != type) {
                throw mismatch(tensor, "type " + type, entry.type.name());
            }
            long begin = precision.position(layout, tensor.offset());
            if (entry.begin != begin) {
                throw mismatch(tensor, "byte " + begin, "" + entry.begin);
            }
        }
    }

    /**
     * Checks that there are the tensors of a layout, in any order and of any float type.
     *
     * @throws LayoutMismatchException naming the first tensor that is missing, unknown or of
     *     another shape
     */
    public void requireTensorsOf(ParameterLayout layout) {
        for (TensorSpec tensor : layout.tensors()) {
            Entry entry = entry(tensor);
            if (!entry.shape.equals(tensor.shape())) {
                throw mismatch(tensor, "shape " + tensor.shape(), entry.shape.toString());
            }
        }
        for (String name : tensors.keySet()) {
            if (layout.tensor(name).isEmpty()) {
                throw new LayoutMismatchException(
                        "tensor \"%s\": expected none of this name, found shape %s"
                                .formatted(name, tensors.get(name).shape()));
            }
        }
    }

    private Entry entry(TensorSpec tensor) {
        return Optional.ofNullable(tensors.get(tensor.name()))
                .orElseThrow(() -> mismatch(tensor, "shape " + tensor.shape(), "no such tensor"));
    }

    private static LayoutMismatchException mismatch(
            TensorSpec tensor, String expected, String found) {
        return new LayoutMismatchException(
                "tensor \"%s\": expected %s, found %s".formatted(tensor.name(), expected, found));
    }

    private String toJson() {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            if (!metadata.isEmpty()) {
                json.name("__metadata__").beginObject();
                for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
                    json.name(entry.getKey()).value(entry.getValue());
                }
                json.endObject();
            }
            for (Map.Entry<String, Entry> entry : tensors.entrySet()) {
                write(json, entry.getKey(), entry.getValue());
            }
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonWriter json, String name, Entry entry) throws IOException {
        json.name(name).beginObject();
        json.name("dtype").value(entry.type.name());
        json.name("shape").beginArray();
        for (long extent : entry.shape) {
            json.value(extent);
        }
        json.endArray();
        json.name("data_offsets").beginArray().value(entry.begin).value(entry.end).endArray();
        json.endObject();
    }
}
