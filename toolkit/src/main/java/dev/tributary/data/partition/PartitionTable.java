package dev.tributary.data.partition;

import dev.tributary.data.DatasetSource;
import dev.tributary.random.RandomStreams;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who got what: how many examples of each label every client has.
 *
 * @param labels all labels, ascending; empty for regression
 * @param clients one for each client, in order; copied
 */
public record PartitionTable(List<Integer> labels, List<Row> clients) {

    /**
     * What a client has.
     *
     * @param examples how many examples
     * @param byLabel how many of each label, in the order of the table's labels; copied
     */
    public record Row(int examples, List<Integer> byLabel) {
        /** Copies. */
        public Row {
            byLabel = List.copyOf(byLabel);
        }

        /** How many labels occur. */
        public long labelCount() {
            return byLabel.stream().filter(count -> count > 0).count();
        }
    }

    /** Copies. */
    public PartitionTable {
        labels = List.copyOf(labels);
        clients = List.copyOf(clients);
    }

    /**
     * Deals a data set out and counts.
     *
     * @throws dev.tributary.data.DataException if it cannot be dealt out so
     */
    public static PartitionTable of(
            DatasetSource source, PartitionPlan plan, RandomStreams streams) {
        int classes = source.classCount();
        float[] labels = source.trainLabels();
        List<Row> rows =
                Arrays.stream(plan.partition(source, streams))
                        .map(share -> row(share, labels, classes))
                        .toList();
        return new PartitionTable(IntStream.range(0, classes).boxed().toList(), rows);
    }

    private static Row row(int[] share, float[] labels, int classes) {
        int[] counts = new int[classes];
        for (int i = 0; i < share.length && classes > 0; i++) {
            counts[(int) labels[share[i]]]++;
        }
        return new Row(share.length, Arrays.stream(counts).boxed().toList());
    }
}
