package dev.tributary.data.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;

import dev.tributary.data.DataException;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.random.RandomStreams;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

final class SyntheticProviderTest {
    private static final RandomStreams STREAMS = new RandomStreams(9);

    @Test
    void naturalPartitionGivesEveryClientTheExamplesOfItsRule() {
        DatasetSource source = open(Map.of("clients", "5", "alpha", "0.5", "beta", "2"));
        SyntheticClients rule = new SyntheticClients(0.5, 2, STREAMS);
        float[] clients = source.trainGroups("client");
        int[][] shares =
                new PartitionPlan("natural", Map.of("column", "client"), 5)
                        .partition(source, STREAMS);
        for (int[] share : shares) {
            LocalDataset expected = rule.data("client-" + (int) clients[share[0]]);
            LocalDataset found = source.train(share);
            assertThat(found.features()).isEqualTo(expected.features());
            assertThat(found.labels()).isEqualTo(expected.labels());
        }
        assertThat(Arrays.stream(shares).mapToInt(share -> share.length).sum())
                .isEqualTo(source.trainLabels().length);
        LocalDataset backwards = source.train(new int[] {shares[1][3], shares[0][0]});
        assertThat(backwards.subset(new int[] {1}).features())
                .isEqualTo(source.train(new int[] {shares[0][0]}).features());
    }

    @Test
    void testExamplesAreOfAllClientsAndNoTrainingExamples() {
        DatasetSource source = open(Map.of("clients", "4"));
        LocalDataset test = source.test();
        assertThat(test.exampleCount()).isEqualTo(40);
        int count = source.trainLabels().length;
        LocalDataset train = source.train(IntStream.range(0, count).toArray());
        for (int i = 0; i < 40; i++) {
            float first = test.features()[i * SyntheticClients.FEATURES];
            for (int j = 0; j < count; j++) {
                assertThat(train.features()[j * SyntheticClients.FEATURES]).isNotEqualTo(first);
            }
        }
        assertThatThrownBy(() -> source.trainGroups("site"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column \"site\"");
    }

    @Test
    void labelsAreGivenWithoutTheFeaturesOfAllClients() {
        DatasetSource source = open(Map.of("clients", "400"));
        int[] all = IntStream.range(0, source.trainLabels().length).toArray();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        float[] labels = source.trainLabels();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        LocalDataset data = source.train(all);
        assertThat(labels).isEqualTo(data.labels());
        // Each client's own are drawn and forgotten; all of them together would be as much again.
        assertThat(allocated).isLessThan(2L * data.features().length * Float.BYTES);
    }

    private static DatasetSource open(Map<String, String> options) {
        return new SyntheticProvider().open(null, options, STREAMS.seed());
    }
}
