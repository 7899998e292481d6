package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class HeadlineTest {

    @Test
    void accuracyTellsLittleWhereAClassIsRare() {
        Map<String, Double> measures = Map.of("auc", 0.9, "majority", 0.995, "f1", 0.1);
        RoundMetrics rare = round(0.996, null).withMeasures(measures, Map.of());
        assertThat(Headline.of(List.of(rare))).isEqualTo(Headline.AUC);
        assertThat(Headline.AUC.value(rare)).isEqualTo(0.9);

        Map<String, Double> common = Map.of("auc", 0.9, "majority", 0.8);
        RoundMetrics usual = round(0.85, null).withMeasures(common, Map.of());
        assertThat(Headline.of(List.of(usual))).isEqualTo(Headline.ACCURACY);
        assertThat(Headline.ACCURACY.value(usual)).isEqualTo(0.85);
    }

    @Test
    void clientsCountWhereTheServerHasNoTestSet() {
        Map<String, Double> measures = Map.of("auc", 0.7, "majority", 0.99);
        RoundMetrics round = round(null, 0.99).withMeasures(Map.of(), measures);
        assertThat(Headline.of(List.of(round(null, null), round))).isEqualTo(Headline.AUC);
        assertThat(Headline.AUC.central(round)).isNull();
        assertThat(Headline.AUC.value(round)).isEqualTo(0.7);
    }

    @Test
    void numbersAreJudgedByTheirError() {
        RoundMetrics round =
                round(null, null).withMeasures(Map.of("rmse", 0.5, "mae", 0.4), Map.of());
        assertThat(Headline.of(List.of(round))).isEqualTo(Headline.RMSE);
        assertThat(Headline.RMSE.value(round)).isEqualTo(0.5);
    }

    @Test
    void lessIsBetterOfAnErrorAlone() {
        assertThat(Headline.RMSE.isAsGood(0.4, 0.5)).isTrue();
        assertThat(Headline.RMSE.isAsGood(0.6, 0.5)).isFalse();
        for (Headline more : List.of(Headline.ACCURACY, Headline.AUC)) {
            assertThat(more.isAsGood(0.6, 0.5)).isTrue();
            assertThat(more.isAsGood(0.5, 0.5)).isTrue();
            assertThat(more.isAsGood(0.4, 0.5)).isFalse();
        }
    }

    @Test
    void nothingMeasuredIsNoAccuracy() {
        assertThat(Headline.of(List.of())).isEqualTo(Headline.ACCURACY);
        assertThat(Headline.ACCURACY.value(round(null, null))).isNull();
    }

    private static RoundMetrics round(@Nullable Double central, @Nullable Double federated) {
        return new RoundMetrics(1, 1, 2, 2, 0, 0, null, central, 0.1, federated, null, 1, 1, 1, 1);
    }
}
