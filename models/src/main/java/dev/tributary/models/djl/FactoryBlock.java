package dev.tributary.models.djl;

import static java.util.Objects.requireNonNull;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/**
 * What a factory makes.
 *
 * @param context what it is for
 * @param factory makes Blocks
 * @param arguments the factory is given
 */
record FactoryBlock(ModelContext context, BlockFactory factory, Map<String, Object> arguments) {
    private static final String SAVED = "the parameters of this Block, as DJL saves them";

    /** A new Block without values. */
    Block newBlock() {
        try (Model model = Model.newInstance(context.model(), "PyTorch")) {
            return newBlock(model, Path.of(""));
        }
    }

    /** A new Block, initialized. */
    Block initialized(NDManager manager) {
        Block block = newBlock();
        block.initialize(manager, DataType.FLOAT32, new Shape(1).addAll(context.input()));
        return block;
    }

    /**
     * A new Block with the values in a file.
     *
     * @param file {@code <name>-<epoch>.params}
     * @throws ModelException if it does not fit or cannot be read
     */
    Block load(Path file, NDManager manager) {
        String name = String.valueOf(file.getFileName());
        int dash = name.lastIndexOf('-');
        if (!name.matches(".+-\\d{4,9}\\.params")) {
            throw refused(file, "a file <name>-<epoch>.params", name);
        }
        Model model = Model.newInstance(name.substring(0, dash), manager.getDevice(), "PyTorch");
        manager.attachInternal(UUID.randomUUID().toString(), model);
        Path directory = requireNonNull(file.toAbsolutePath().getParent(), "a file has a parent");
        Block block = newBlock(model, directory);
        model.setBlock(block);
        int epoch = Integer.parseInt(name.substring(dash + 1).replace(".params", ""));
        try {
            model.load(directory, model.getName(), Map.of("epoch", Integer.toString(epoch)));
        } catch (IOException | MalformedModelException | RuntimeException e) {
            throw refused(file, SAVED, e.toString());
        }
        if (!block.isInitialized()) {
            // DJL passes over a file that does not begin as one of its own.
            throw refused(file, SAVED, "another file");
        }
        return block;
    }

    private Block newBlock(Model model, Path directory) {
        try {
            return factory.newBlock(model, directory, arguments);
        } catch (IOException | RuntimeException e) {
            throw new ModelException(
                    "model %s, %s: expected a Block for the arguments %s, found %s"
                            .formatted(context.model(), factory.getClass().getName(), arguments, e),
                    e);
        }
    }

    private ModelException refused(Path file, String expected, String found) {
        return new ModelException(
                "model %s, %s: expected %s, found %s"
                        .formatted(context.model(), file, expected, found));
    }
}
