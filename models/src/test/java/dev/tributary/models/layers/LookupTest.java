package dev.tributary.models.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import dev.tributary.device.GradientScope;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tables in models: whatever the data says, a look-up stays inside. */
class LookupTest {
    private static final ModelCatalog CATALOG = ModelCatalog.load();

    @ParameterizedTest
    @CsvSource({
        "char-lstm, 2, 4, vocabulary, 4",
        "ft-transformer, 2, 2, cardinalities, '3,0'",
        "tabular-mlp, 2, 2, cardinalities, '3,2'"
    })
    void numbersThatAreNoneReadARowOfTheTable(
            String model, String input, String classes, String option, String value) {
        Map<String, String> options = Map.of("input", input, "classes", classes, option, value);
        ModelDefinition definition = CATALOG.create(new ModelSpec(model, options));
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                GradientScope off = GradientScope.off()) {
            Block block = definition.newBlock(manager, new RandomStreams(1));
            ParameterStore store = new ParameterStore(manager, false);
            for (float[] row : List.of(row(Float.NaN), row(1e30f), row(-1e30f))) {
                NDArray features = manager.create(row, new Shape(1, 2));
                NDArray output = block.forward(store, new NDList(features), false).head();
                assertThat(output.getShape())
                        .isEqualTo(new Shape(1, definition.context().outputs()));
            }
        }
    }

    @Test
    void tablesWithMoreRowsThanFeaturesCanNumberAreRefused() {
        Map<String, Map<String, String>> tooLarge =
                Map.of(
                        "two-tower", Map.of("users", "16777217"),
                        "tabular-mlp", Map.of("cardinalities", "9000000,9000000"),
                        "ft-transformer", Map.of("cardinalities", "2000000000,2000000000"));
        tooLarge.forEach(
                (model, option) -> {
                    Map<String, String> options = new HashMap<>(option);
                    options.putAll(Map.of("input", "2", "classes", "2"));
                    assertThatThrownBy(() -> CATALOG.create(new ModelSpec(model, options)))
                            .isInstanceOf(ModelException.class)
                            .hasMessageContaining("expected 1 to 16,777,216 rows");
                });
    }

    @Test
    void usersAndItemsThatNobodyHasRatedHaveNoBias() {
        ModelDefinition definition =
                CATALOG.create(
                        new ModelSpec(
                                "matrix-factorization", Map.of("input", "2", "classes", "0")));
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                NDArray flat = manager.zeros(new Shape(definition.layout().size()))) {
            definition.initialize(flat, new RandomStreams(1));
            for (TensorSpec tensor : definition.layout().tensors()) {
                try (NDArray values = FlatParameters.view(flat, tensor)) {
                    boolean vectors = tensor.shape().size() == 2 && tensor.shape().get(1) > 1;
                    assertThat(values.abs().max().getFloat() > 0).isEqualTo(vectors);
                }
            }
        }
    }

    private static float[] row(float value) {
        return new float[] {value, 0};
    }
}
