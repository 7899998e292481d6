package dev.tributary.parameters;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;

import dev.tributary.parameters.SafetensorsHeader.Entry;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a header that anybody may have written: nothing in it is believed before it is checked. */
final class SafetensorsHeaderParser {
    private final Map<String, Entry> tensors = new HashMap<>();
    private final Map<String, String> metadata = new HashMap<>();

    private SafetensorsHeaderParser() {}

    static SafetensorsHeader parse(byte[] bytes) {
        SafetensorsHeaderParser parser = new SafetensorsHeaderParser();
        try (JsonReader json =
                new JsonReader(new InputStreamReader(new ByteArrayInputStream(bytes), UTF_8))) {
            json.setStrictness(Strictness.STRICT);
            json.beginObject();
            while (json.hasNext()) {
                parser.readMember(json);
            }
            json.endObject();
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw malformed("expected nothing behind the JSON object");
            }
        } catch (IOException
                | IllegalStateException
                | JsonParseException
                | NumberFormatException e) {
            throw new MalformedTensorsException("safetensors header: " + e.getMessage(), e);
        }
        return new SafetensorsHeader(parser.inByteOrder(), parser.metadata);
    }

    private void readMember(JsonReader json) throws IOException {
        String name = json.nextName();
        if (name.equals("__metadata__")) {
            json.beginObject();
            while (json.hasNext()) {
                metadata.put(json.nextName(), json.nextString());
            }
            json.endObject();
        } else if (tensors.put(name, readEntry(json, name)) != null) {
            throw malformed("tensor \"" + name + "\" is there twice");
        }
    }

    private static Entry readEntry(JsonReader json, String name) throws IOException {
        @Nullable String type = null;
        @Nullable List<Long> shape = null;
        @Nullable List<Long> offsets = null;
        json.beginObject();
        while (json.hasNext()) {
            String field = json.nextName();
            switch (field) {
                case "dtype" -> type = json.nextString();
                case "shape" -> shape = readLongs(json);
                case "data_offsets" -> offsets = readLongs(json);
                default ->
                        throw malformed("tensor \"" + name + "\": unknown field \"" + field + "\"");
            }
        }
        json.endObject();
        if (type == null || shape == null || offsets == null || offsets.size() != 2) {
            throw malformed("tensor \"" + name + "\": expected dtype, shape and two data_offsets");
        }
        Entry entry = new Entry(typeOf(name, type), shape, offsets.get(0), offsets.get(1));
        checkLength(name, entry);
        return entry;
    }

    private static List<Long> readLongs(JsonReader json) throws IOException {
        List<Long> values = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            values.add(json.nextLong());
        }
        json.endArray();
        return values;
    }

    private static ElementType typeOf(String name, String type) {
        try {
            return ElementType.valueOf(type);
        } catch (IllegalArgumentException e) {
            throw new MalformedTensorsException(
                    "tensor \"%s\": expected a dtype such as F32, found \"%s\""
                            .formatted(name, type),
                    e);
        }
    }

    private static void checkLength(String name, Entry entry) {
        long expected = entry.type().bytes();
        try {
            for (long extent : entry.shape()) {
                if (extent < 0) {
                    throw malformed("tensor \"" + name + "\": negative extent in " + entry.shape());
                }
                expected = Math.multiplyExact(expected, extent);
            }
        } catch (ArithmeticException e) {
            throw new MalformedTensorsException(
                    "tensor \"" + name + "\": shape " + entry.shape() + " is too large", e);
        }
        if (entry.begin() < 0 || entry.end() - entry.begin() != expected) {
            throw malformed(
                    "tensor \"%s\": expected %d bytes for shape %s, found data_offsets [%d, %d]"
                            .formatted(name, expected, entry.shape(), entry.begin(), entry.end()));
        }
    }

    /** The format allows neither gaps nor overlaps, so that every byte belongs to one tensor. */
    private Map<String, Entry> inByteOrder() {
        Map<String, Entry> ordered = new LinkedHashMap<>();
        tensors.entrySet().stream()
                .sorted(
                        Comparator.comparingLong(
                                        (Map.Entry<String, Entry> e) -> e.getValue().begin())
                                .thenComparingLong(e -> e.getValue().end()))
                .forEach(e -> ordered.put(e.getKey(), e.getValue()));
        long end = 0;
        for (Map.Entry<String, Entry> entry : ordered.entrySet()) {
            if (entry.getValue().begin() != end) {
                throw malformed(
                        "tensor \"%s\": expected to begin at byte %d, found %d"
                                .formatted(entry.getKey(), end, entry.getValue().begin()));
            }
            end = entry.getValue().end();
        }
        return ordered;
    }

    private static MalformedTensorsException malformed(String what) {
        return new MalformedTensorsException("safetensors header: " + what);
    }
}
