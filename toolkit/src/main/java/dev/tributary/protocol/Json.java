package dev.tributary.protocol;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/**
 * The one mapping between records and JSON.
 *
 * <p>Unknown fields are ignored, so that newer peers may add some; a missing field whose component
 * is a primitive or not {@code @Nullable} is an error. Thread-safe.
 */
public final class Json {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private static final Gson PRETTY =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

    private Json() {}

    /** One line of JSON. */
    public static String write(Object value) {
        return GSON.toJson(value);
    }

    /** The same over several lines, for files that people read. */
    public static String writePretty(Object value) {
        return PRETTY.toJson(value);
    }

    /**
     * Reads a record and checks that it is whole.
     *
     * @throws JsonParseException if the text is no JSON, a field is missing or of the wrong type,
     *     or the record refuses its values
     */
    public static <T extends Record> T read(String text, Class<T> type) {
        try {
            JsonElement tree = JsonParser.parseString(text);
            requireFields(tree, type);
            return GSON.fromJson(tree, type);
        } catch (JsonParseException e) {
            throw e;
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new JsonParseException(type.getSimpleName() + ": " + cause.getMessage(), e);
        }
    }

    private static void requireFields(JsonElement tree, Class<?> type) {
        if (!tree.isJsonObject()) {
            throw new JsonParseException(
                    type.getSimpleName() + ": expected a JSON object, found " + describe(tree));
        }
        for (RecordComponent component : type.getRecordComponents()) {
            JsonElement field = tree.getAsJsonObject().get(component.getName());
            if (field == null || field.isJsonNull()) {
                if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                    throw wrong(type, component, "a value", "none");
                }
            } else if (component.getType().isRecord()) {
                requireFields(field, component.getType());
            } else {
                requireExact(field, component, type);
            }
        }
    }

    /** What Gson would quietly bend: unknown constants become null, fractions lose their end. */
    private static void requireExact(JsonElement field, RecordComponent component, Class<?> type) {
        Class<?> wanted = component.getType();
        if (wanted.isEnum()) {
            boolean known =
                    Arrays.stream(wanted.getEnumConstants())
                            .anyMatch(c -> field.isJsonPrimitive() && isNamed(c, field));
            if (!known) {
                String names = Arrays.toString(wanted.getEnumConstants());
                throw wrong(type, component, "one of " + names, describe(field));
            }
        } else if (wanted == int.class || wanted == long.class) {
            try {
                long value = field.getAsBigDecimal().longValueExact();
                if (wanted == int.class) {
                    Math.toIntExact(value);
                }
            } catch (RuntimeException e) {
                throw wrong(type, component, "a whole number", describe(field));
            }
        }
    }

    private static boolean isNamed(Object constant, JsonElement field) {
        return ((Enum<?>) constant).name().equals(field.getAsString());
    }

    private static JsonParseException wrong(
            Class<?> type, RecordComponent component, String expected, String found) {
        return new JsonParseException(
                "%s: field \"%s\": expected %s, found %s"
                        .formatted(type.getSimpleName(), component.getName(), expected, found));
    }

    private static String describe(JsonElement tree) {
        String text = tree.toString();
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
