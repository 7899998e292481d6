package dev.tributary.server;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;

import dev.tributary.cli.OutputFile;
import dev.tributary.device.GradientScope;
import dev.tributary.models.catalog.CatalogBlockFactory;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes a saved model for others: all of its tensors, those that were frozen too, with adapters
 * merged into the weights that they belong to.
 */
public final class ModelExport {
    private ModelExport() {}

    /** The forms. */
    public enum Form {
        /** One safetensors file. */
        SAFETENSORS,
        /** A directory that DJL's {@code Criteria} and {@code Model.load} read. */
        DJL,
        /** A TorchScript file, of a model that came as one. */
        TORCHSCRIPT
    }

    /**
     * Writes.
     *
     * @param target the file or directory to write; directories around it are made
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if the model has no such form
     */
    public static void write(SavedModel model, Form form, Path target) throws IOException {
        OutputFile.ready(target);
        ModelDefinition complete = model.definition().complete();
        ModelSpec spec = ModelCatalog.load().whole(model.spec());
        try (GradientScope off = GradientScope.off();
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray flat = manager.zeros(new Shape(complete.layout().size()));
            model.definition().complete(model.flat(), flat);
            switch (form) {
                case SAFETENSORS ->
                        Checkpoint.write(
                                target,
                                complete.layout(),
                                flat,
                                ModelMetadata.of(spec, complete.layout()));
                case DJL -> writeDjl(complete, block(complete, flat, manager), spec, target);
                case TORCHSCRIPT -> writeTorchScript(block(complete, flat, manager), spec, target);
            }
        }
    }

    private static Block block(ModelDefinition model, NDArray flat, NDManager manager) {
        Block block = model.newBlock(manager);
        FlatParameters.of(block).unpack(flat);
        return block;
    }

    private static void writeDjl(
            ModelDefinition complete, Block block, ModelSpec spec, Path directory)
            throws IOException {
        if (block instanceof PtSymbolBlock) {
            throw new IllegalArgumentException(
                    "model %s: expected the form torchscript, found djl".formatted(spec.name()));
        }
        Files.createDirectories(directory);
        String name = directory.toAbsolutePath().normalize().getFileName().toString();
        try (Model model = Model.newInstance(name, Device.cpu(), "PyTorch")) {
            model.setBlock(block);
            model.save(directory, name);
        }
        Files.writeString(
                directory.resolve(CatalogBlockFactory.SPEC_FILE),
                Json.writePretty(new ModelSpec(spec.name(), new TreeMap<>(spec.options()))));
        Files.writeString(
                directory.resolve("serving.properties"),
                properties(ModelCatalog.load().servingProperties(complete)));
    }

    /** As {@link Properties} reads them, without the date that it would write. */
    private static String properties(Map<String, String> lines) throws IOException {
        Properties properties = new Properties();
        properties.putAll(lines);
        StringWriter text = new StringWriter();
        properties.store(text, null);
        return text.toString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .sorted()
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static void writeTorchScript(Block block, ModelSpec spec, Path file)
            throws IOException {
        if (!(block instanceof PtSymbolBlock module)) {
            throw new IllegalArgumentException(
                    "model %s: expected one that came as TorchScript, found one of DJL's layers"
                            .formatted(spec.name()));
        }
        JniUtils.enableInferenceMode(module);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            JniUtils.writeModule(module, out, false);
        }
    }
}
