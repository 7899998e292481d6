package dev.tributary.models.catalog;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;

import com.google.gson.JsonParseException;

import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Builds the Block of a model directory that Tributary has written, for DJL.
 *
 * <p>{@code Criteria.builder().optModelPath(directory)} finds it by itself, with Tributary's {@code
 * models} on the class path.
 */
public final class CatalogBlockFactory implements BlockFactory {
    /** The file that says which model it is. */
    public static final String SPEC_FILE = "tributary-model.json";

    private static final long serialVersionUID = 1;

    /** For DJL. */
    public CatalogBlockFactory() {}

    @Override
    public Block newBlock(Model model, Path directory, Map<String, ?> arguments)
            throws IOException {
        Path file = directory.resolve(SPEC_FILE);
        try {
            ModelSpec spec = Json.read(Files.readString(file), ModelSpec.class);
            return ModelCatalog.load().create(spec).newBlock(model.getNDManager());
        } catch (JsonParseException | ModelException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
