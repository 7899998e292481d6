package dev.tributary.server;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

import dev.tributary.cli.Versions;
import dev.tributary.config.RunConfig;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a model's file says of itself.
 *
 * <p>Neither the run's id nor a time is in it: the same run again gives the same file, byte for
 * byte.
 */
final class ModelMetadata {
    /** The model's name in the catalog. */
    static final String MODEL = "model";

    private static final String OPTIONS = "model_options";

    private ModelMetadata() {}

    static Map<String, String> of(RunConfig config, ModelSpec model, ParameterLayout layout) {
        Map<String, String> metadata = new HashMap<>(of(model, layout));
        metadata.put("run", config.name());
        return metadata;
    }

    /** Of a model that no run has made. */
    static Map<String, String> of(ModelSpec model, ParameterLayout layout) {
        return Map.of(
                MODEL,
                model.name(),
                OPTIONS,
                Json.write(new TreeMap<>(model.options())),
                "layout_sha256",
                layout.hash(),
                "tributary_version",
                Versions.tributary());
    }

    /** The model's options; none if the file says nothing that can be read. */
    static Map<String, String> options(Map<String, String> metadata) {
        Map<String, String> options = new LinkedHashMap<>();
        try {
            JsonElement tree = JsonParser.parseString(metadata.getOrDefault(OPTIONS, "{}"));
            if (tree instanceof JsonObject object) {
                object.entrySet()
                        .forEach(
                                entry ->
                                        options.put(
                                                entry.getKey(), entry.getValue().getAsString()));
            }
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            // From elsewhere: then the user says which options.
            return Map.of();
        }
        return options;
    }
}
