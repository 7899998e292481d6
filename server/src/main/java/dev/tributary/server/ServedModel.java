package dev.tributary.server;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.server.aggregation.CentralEvaluator;
import dev.tributary.server.aggregation.ModelSetup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The model of a run, as a server needs it.
 *
 * <p>The catalog's models are one kind ({@link CatalogModel}); a synthetic vector for measurements
 * is another.
 */
public interface ServedModel extends ModelSetup {

    /** How agents build it, with all options. */
    ModelSpec spec();

    /** Whether it has classes, and so an accuracy. */
    boolean classifier();

    /** Describes the test set, for the provenance. */
    default Map<String, Object> dataFacts() {
        return Map.of();
    }

    /** The same, but starting from a checkpoint. */
    default ServedModel startingFrom(Path checkpoint) {
        ServedModel model = this;
        return new ServedModel() {
            @Override
            public ModelSpec spec() {
                return model.spec();
            }

            @Override
            public boolean classifier() {
                return model.classifier();
            }

            @Override
            public Map<String, Object> dataFacts() {
                return model.dataFacts();
            }

            @Override
            public ParameterLayout layout() {
                return model.layout();
            }

            @Override
            public String origin() {
                return checkpoint.toString();
            }

            @Override
            public void initialize(NDArray flat) throws IOException {
                try (Checkpoint file = Checkpoint.open(checkpoint)) {
                    file.read(layout(), flat);
                }
            }

            @Override
            public Optional<CentralEvaluator> openEvaluator(Device device) {
                return model.openEvaluator(device);
            }
        };
    }
}
