package dev.tributary.models.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.protocol.ModelSpec;

import org.junit.jupiter.api.Test;

import java.util.Map;

class ModelCatalogTest {
    private final ModelCatalog catalog = ModelCatalog.load();

    @Test
    void ownFamiliesAndThoseOfOtherJarsAreFound() {
        assertThat(catalog.factories())
                .extracting(ModelFactory::name)
                .contains("cnn", "logistic", "mlp", "tiny-rnn");
        assertThat(catalog.factories()).allMatch(factory -> !factory.description().isBlank());
    }

    @Test
    void modelOfAnotherJarIsBuilt() {
        ModelDefinition rnn =
                catalog.create(new ModelSpec("tiny-rnn", Map.of("input", "5,4", "classes", "3")));
        assertThat(rnn.parameterCount()).isEqualTo(4 * 6 * (4 + 6) + 2 * 4 * 6 + 5 * 6 * 3 + 3);
    }

    @Test
    void unknownModelIsToldWithTheKnownOnes() {
        assertThatThrownBy(() -> catalog.named("perceptron"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("cnn, djl, forecast-lstm, ft-transformer")
                .hasMessageContaining("\"perceptron\"");
    }

    @Test
    void unknownOptionIsToldWithTheKnownOnes() {
        ModelSpec spec = new ModelSpec("mlp", Map.of("hiden", "5"));
        assertThatThrownBy(() -> catalog.complete(spec, new long[] {4}, 2))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        "model mlp, options: expected base, base-sha256, classes, freeze, hidden,"
                                + " input, lora-rank, loss, found \"hiden\"");
    }

    @Test
    void wrongValuesAreTold() {
        assertWrong(Map.of("hidden", "5,x"), "option hidden", "\"5,x\"");
        assertWrong(Map.of("hidden", "0"), "option hidden", "\"0\"");
        assertWrong(Map.of("input", "3,"), "option input", "\"3,\"");
        assertWrong(Map.of("input", "-3,-4"), "option input", "\"-3,-4\"");
        assertWrong(Map.of("input", "0,4"), "input", "(0, 4)");
        assertWrong(Map.of("input", "2147483647,4"), "input", "fewer than 2^31");
        assertWrong(Map.of("classes", "1"), "classes", "found 1");
        assertWrong(Map.of("classes", "2,3"), "option classes", "\"2,3\"");
    }

    @Test
    void inputAndClassesMustBeGiven() {
        assertThatThrownBy(() -> catalog.create(new ModelSpec("mlp", Map.of("classes", "3"))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("option input: expected a value");
    }

    @Test
    void specIsCompletedFromTheDataButTheUserWins() {
        ModelSpec completed =
                catalog.complete(
                        new ModelSpec("mlp", Map.of("classes", "62")), new long[] {1, 28, 28}, 10);
        assertThat(completed.options()).isEqualTo(Map.of("classes", "62", "input", "1,28,28"));
    }

    @Test
    void imageTooSmallOrFlatForTheCnnIsTold() {
        assertThatThrownBy(() -> cnn("1,3,28")).hasMessageContaining("at least 4");
        assertThatThrownBy(() -> cnn("784")).hasMessageContaining("channels,height,width");
    }

    @Test
    void lossMustSuitTheClasses() {
        assertThat(logistic("logistic", "2").parameterCount()).isEqualTo(5);
        assertThat(logistic("cross-entropy", "2").parameterCount()).isEqualTo(10);
        assertThatThrownBy(() -> logistic("logistic", "3"))
                .hasMessage(
                        "model logistic, option loss: expected for 3 classes one of cross-entropy,"
                                + " found \"logistic\"");
        assertThatThrownBy(() -> logistic("hinge", "0"))
                .hasMessageContaining("one of squared, absolute, found \"hinge\"");
    }

    private ModelDefinition logistic(String loss, String classes) {
        Map<String, String> options = Map.of("input", "4", "classes", classes, "loss", loss);
        return catalog.create(new ModelSpec("logistic", options));
    }

    private ModelDefinition cnn(String input) {
        return catalog.create(new ModelSpec("cnn", Map.of("input", input, "classes", "10")));
    }

    private void assertWrong(Map<String, String> options, String... parts) {
        ModelSpec spec = catalog.complete(new ModelSpec("mlp", options), new long[] {4}, 2);
        assertThatThrownBy(() -> catalog.create(spec))
                .isInstanceOf(ModelException.class)
                .hasMessageContainingAll(parts);
    }
}
