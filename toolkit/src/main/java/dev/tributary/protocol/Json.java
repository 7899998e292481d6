package dev.tributary.protocol;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

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

    /** Reflection reads the class file anew each time, which takes longer than all the rest. */
    private static final ClassValue<List<Field>> FIELDS =
            new ClassValue<>() {
                @Override
                protected List<Field> computeValue(Class<?> type) {
                    return Arrays.stream(type.getRecordComponents()).map(Field::of).toList();
                }
            };

    /** What a record expects under a name. */
    private record Field(Class<?> owner, String name, Class<?> type, boolean nullable) {
        static Field of(RecordComponent component) {
            return new Field(
                    component.getDeclaringRecord(),
                    component.getName(),
                    component.getType(),
                    component.getAnnotatedType().isAnnotationPresent(Nullable.class));
        }
    }

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
        for (Field field : FIELDS.get(type)) {
            JsonElement value = tree.getAsJsonObject().get(field.name);
            if (value == null || value.isJsonNull()) {
                if (!field.nullable) {
                    throw wrong(field, "a value", "none");
                }
            } else if (field.type.isRecord()) {
                requireFields(value, field.type);
            } else {
                requireExact(value, field);
            }
        }
    }

    /** What Gson would quietly bend: unknown constants become null, fractions lose their end. */
    private static void requireExact(JsonElement value, Field field) {
        if (field.type.isEnum()) {
            Object[] constants = field.type.getEnumConstants();
            boolean known =
                    Arrays.stream(constants)
                            .anyMatch(c -> value.isJsonPrimitive() && isNamed(c, value));
            if (!known) {
                throw wrong(field, "one of " + Arrays.toString(constants), describe(value));
            }
        } else if (field.type == int.class || field.type == long.class) {
            try {
                long number = value.getAsBigDecimal().longValueExact();
                if (field.type == int.class) {
                    Math.toIntExact(number);
                }
            } catch (RuntimeException e) {
                throw wrong(field, "a whole number", describe(value));
            }
        }
    }

    private static boolean isNamed(Object constant, JsonElement field) {
        return ((Enum<?>) constant).name().equals(field.getAsString());
    }

    private static JsonParseException wrong(Field field, String expected, String found) {
        return new JsonParseException(
                "%s: field \"%s\": expected %s, found %s"
                        .formatted(field.owner.getSimpleName(), field.name, expected, found));
    }

    private static String describe(JsonElement tree) {
        String text = tree.toString();
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
