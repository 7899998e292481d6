package dev.tributary.data.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.data.DataException;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.generated.DigitsProvider;
import dev.tributary.data.generated.TabularProvider;
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
                .containsExactly(
                        "iid",
                        "shards",
                        "classes",
                        "dirichlet",
                        "quantity",
                        "natural",
                        "noise",
                        "rotation");
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
        "quantity, -939776546",
        "classes, 719155540"
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
    void noiseGrowsFromClientToClientAndIsTheSameEachTime() {
        DatasetSource source = new DigitsProvider().open(null, Map.of("examples", "60"), 1);
        PartitionPlan plan = new PartitionPlan("noise", Map.of("variance", "0.36"), 3);
        RandomStreams streams = new RandomStreams(1);
        int[][] shares = plan.partition(source, streams);
        double[] squares = new double[3];
        for (int client = 0; client < 3; client++) {
            LocalDataset plain = source.train(shares[client]);
            LocalDataset noisy = ClientData.load(source, plan, client, streams);
            assertThat(noisy.labels()).isEqualTo(plain.labels());
            assertThat(plan.data(source, shares[client], client, streams).features())
                    .isEqualTo(noisy.features());
            for (int i = 0; i < plain.features().length; i++) {
                squares[client] += Math.pow(noisy.features()[i] - plain.features()[i], 2);
            }
            squares[client] /= plain.features().length;
        }
        assertThat(squares).containsExactly(new double[] {0.12, 0.24, 0.36}, within(0.01));
    }

    @Test
    void rotationTurnsEachClientsImagesAQuarterFurther() {
        DatasetSource source = new DigitsProvider().open(null, Map.of("examples", "60"), 1);
        PartitionPlan plan = new PartitionPlan("rotation", Map.of(), 6);
        int[] share = {4, 7};
        float[] plain = source.train(share).features();
        float[] once = plan.data(source, share, 1, new RandomStreams(1)).features();
        int side = 28;
        // The second image's top row is its right column.
        for (int x = 0; x < side; x++) {
            assertThat(once[side * side + x]).isEqualTo(plain[side * side + x * side + side - 1]);
        }
        assertThat(plan.data(source, share, 4, new RandomStreams(1)).features()).isEqualTo(plain);
        assertThat(plan.data(source, share, 5, new RandomStreams(1)).features()).isEqualTo(once);
        DatasetSource table = new TabularProvider().open(null, Map.of(), 1);
        assertThatThrownBy(() -> plan.data(table, share, 1, new RandomStreams(1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected square images [channels, side, side], found [10]");
    }

    @Test
    void wrongPlanIsRefusedWhenItIsMade() {
        assertRefused(
                "even",
                Map.of(),
                "among [iid, shards, classes, dirichlet, quantity, natural, noise, rotation], found"
                        + " \"even\"");
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
