package dev.tributary.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

final class DatasetCatalogTest {

    @Test
    void ownDataSetsAreFoundAndDescribed() {
        List<DatasetProvider> providers = DatasetCatalog.load().providers();
        assertThat(providers)
                .extracting(DatasetProvider::name)
                .containsExactly(
                        "adult",
                        "cifar10",
                        "cifar100",
                        "csv",
                        "digits",
                        "fraud",
                        "images",
                        "logit",
                        "machines",
                        "medical",
                        "mnist",
                        "ratings",
                        "safetensors",
                        "sql",
                        "synthetic",
                        "tabular",
                        "text",
                        "traffic");
        assertThat(providers)
                .allSatisfy(provider -> assertThat(provider.description()).isNotBlank());
    }

    @Test
    void everyProviderRefusesAnUnknownOptionFirst() {
        assertThat(DatasetCatalog.load().providers())
                .allSatisfy(
                        provider ->
                                assertThatThrownBy(
                                                () ->
                                                        provider.open(
                                                                null, Map.of("wrong-one", "1"), 0))
                                        .isInstanceOf(DataException.class)
                                        .hasMessageContaining(provider.name())
                                        .hasMessageContaining("wrong-one"));
    }

    @Test
    void dataSetIsOpenedByName() {
        DatasetSource source =
                DatasetCatalog.load().open("digits", null, Map.of("examples", "30"), 1);
        assertThat(source.trainLabels()).hasSize(30);
    }

    @Test
    void unknownNameIsToldWithTheKnownOnes() {
        assertThatThrownBy(() -> DatasetCatalog.load().provider("mnits"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("expected a data set among [adult, cifar10,")
                .hasMessageEndingWith("traffic], found \"mnits\"");
    }
}
