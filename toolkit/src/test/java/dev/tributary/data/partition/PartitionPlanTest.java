package dev.tributary.data.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.data.DataException;
import dev.tributary.random.RandomStreams;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.Map;

final class PartitionPlanTest {

    @Test
    void namesAndDefaultsStandForPartitioners() {
        assertThat(PartitionPlan.of("iid", Map.of())).isEqualTo(Partitioner.iid());
        assertThat(PartitionPlan.of("shards", Map.of())).isEqualTo(Partitioner.shards(2));
        assertThat(PartitionPlan.of("dirichlet", Map.of()))
                .isEqualTo(Partitioner.dirichlet(0.5, 10));
        assertThat(PartitionPlan.of("quantity", Map.of())).isEqualTo(Partitioner.quantity(0.5, 10));
    }

    @Test
    void everyOptionIsHeard() {
        assertThat(PartitionPlan.of("shards", Map.of("shards-per-client", "3")))
                .isEqualTo(Partitioner.shards(3));
        Map<String, String> skew = Map.of("alpha", "0.1", "min-examples", "4");
        assertThat(new PartitionPlan("dirichlet", skew, 5).partitioner())
                .isEqualTo(Partitioner.dirichlet(0.1, 4));
        assertThat(PartitionPlan.of("quantity", skew)).isEqualTo(Partitioner.quantity(0.1, 4));
    }

    @Test
    void everySchemeIsListedWithItsOptions() {
        assertThat(PartitionScheme.all())
                .extracting(PartitionScheme::name)
                .containsExactly("iid", "shards", "dirichlet", "quantity", "natural");
        assertThat(PartitionScheme.named("dirichlet").options())
                .containsOnlyKeys("alpha", "min-examples");
        assertThat(PartitionScheme.all())
                .allSatisfy(scheme -> assertThat(scheme.description()).isNotBlank());
    }

    /**
     * Agents of another version, or on another machine, must find the share that is left to them.
     */
    @ParameterizedTest
    @CsvSource({
        "iid, 1165613664",
        "shards, 1022812270",
        "dirichlet, -1299002390",
        "quantity, -939776546"
    })
    void sharesStayTheSameFromVersionToVersion(String scheme, int hash) {
        float[] labels = new float[1000];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i * 7 % 10;
        }
        int[][] shares =
                PartitionPlan.of(scheme, Map.of()).partition(labels, 7, new RandomStreams(42));
        assertThat(Arrays.deepHashCode(shares)).isEqualTo(hash);
    }

    @Test
    void wrongPlanIsRefusedWhenItIsMade() {
        assertRefused(
                "even",
                Map.of(),
                "among [iid, shards, dirichlet, quantity, natural], found \"even\"");
        assertRefused("iid", Map.of("alpha", "1"), "\"iid\": expected options among []");
        assertRefused("dirichlet", Map.of("alpha", "0"), "option \"alpha\": expected a number in");
        assertThatThrownBy(() -> new PartitionPlan("iid", Map.of(), 0))
                .isInstanceOf(DataException.class)
                .hasMessage("clients: expected at least 1, found 0");
    }

    private static void assertRefused(String scheme, Map<String, String> options, String message) {
        assertThatThrownBy(() -> new PartitionPlan(scheme, options, 2))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(message);
    }
}
