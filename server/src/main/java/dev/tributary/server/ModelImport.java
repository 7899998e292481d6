package dev.tributary.server;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.cli.OutputFile;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.LayoutMismatchException;
import dev.tributary.parameters.TensorMap;
import dev.tributary.protocol.ModelSpec;

import java.io.IOException;
import java.nio.file.Path;

/** Weights from elsewhere as a model's file. */
public final class ModelImport {
    private ModelImport() {}

    /**
     * Writes the file of a model with these weights.
     *
     * @param weights a safetensors file
     * @param map which of its tensors are which of the model
     * @param spec the model, with input and classes
     * @param target the file to write; directories around it are made
     * @return the model
     * @throws IOException if a file cannot be read or written
     * @throws LayoutMismatchException listing all tensors that do not match
     */
    public static ModelDefinition write(Path weights, TensorMap map, ModelSpec spec, Path target)
            throws IOException {
        ModelDefinition model = ModelCatalog.load().create(spec);
        try (Checkpoint source = Checkpoint.open(weights);
                NDManager manager = NDManager.newBaseManager(Device.cpu());
                NDArray flat = manager.zeros(new Shape(model.layout().size()))) {
            map.read(source, model.layout(), flat);
            Checkpoint.write(
                    OutputFile.ready(target),
                    model.layout(),
                    flat,
                    ModelMetadata.of(spec, model.layout()));
            return model;
        } catch (LayoutMismatchException e) {
            throw new LayoutMismatchException(weights + ": " + e.getMessage());
        }
    }
}
