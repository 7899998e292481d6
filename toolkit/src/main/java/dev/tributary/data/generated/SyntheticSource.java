package dev.tributary.data.generated;

import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Objects;

/**
 * The examples of so many synthetic clients, one client after the other; made anew at each call.
 *
 * @param rule draws a client's examples
 * @param starts the first example of each client, then how many there are
 */
record SyntheticSource(SyntheticClients rule, int[] starts) implements DatasetSource {
    private static final int TEST_EXAMPLES_A_CLIENT = 10;
    private static final String COLUMN = "client";

    static SyntheticSource of(SyntheticClients rule, int clients) {
        int[] starts = new int[clients + 1];
        for (int client = 0; client < clients; client++) {
            starts[client + 1] = starts[client] + rule.exampleCount(id(client));
        }
        return new SyntheticSource(rule, starts);
    }

    private static String id(int client) {
        return "client-" + client;
    }

    private int exampleCount() {
        return starts[starts.length - 1];
    }

    @Override
    public long[] featureShape() {
        return new long[] {SyntheticClients.FEATURES};
    }

    @Override
    public int classCount() {
        return SyntheticClients.CLASSES;
    }

    @Override
    public float[] trainLabels() {
        float[] labels = new float[exampleCount()];
        for (int client = 0; client + 1 < starts.length; client++) {
            int count = starts[client + 1] - starts[client];
            System.arraycopy(rule.data(id(client)).labels(), 0, labels, starts[client], count);
        }
        return labels;
    }

    @Override
    public LocalDataset train(int[] indices) {
        Drawn drawn = new Drawn(indices.length);
        int client = -1;
        @Nullable LocalDataset data = null;
        for (int index : indices) {
            Objects.checkIndex(index, exampleCount());
            if (data == null || index < starts[client] || index >= starts[client + 1]) {
                client = (int) group(index);
                data = rule.data(id(client));
            }
            drawn.add(data, index - starts[client]);
        }
        return drawn.dataset();
    }

    @Override
    public LocalDataset test() {
        int clients = starts.length - 1;
        Drawn drawn = new Drawn(clients * TEST_EXAMPLES_A_CLIENT);
        for (int client = 0; client < clients; client++) {
            LocalDataset data = rule.data(id(client), TEST_EXAMPLES_A_CLIENT);
            for (int i = starts[client + 1] - starts[client]; i < data.exampleCount(); i++) {
                drawn.add(data, i);
            }
        }
        return drawn.dataset();
    }

    @Override
    public float[] trainGroups(String column) {
        if (!column.equals(COLUMN)) {
            throw ExampleGenerator.noColumn(column, COLUMN);
        }
        float[] groups = new float[exampleCount()];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = group(i);
        }
        return groups;
    }

    private float group(int index) {
        int found = Arrays.binarySearch(starts, index);
        return found < 0 ? -found - 2 : found;
    }

    /** Examples that are gathered one by one. */
    private static final class Drawn {
        private final float[] features;
        private final float[] labels;
        private int count;

        Drawn(int examples) {
            features = new float[Math.multiplyExact(examples, SyntheticClients.FEATURES)];
            labels = new float[examples];
        }

        void add(LocalDataset data, int index) {
            int size = SyntheticClients.FEATURES;
            System.arraycopy(data.features(), index * size, features, count * size, size);
            labels[count] = data.labels()[index];
            count++;
        }

        LocalDataset dataset() {
            return new LocalDataset(
                    features,
                    new long[] {SyntheticClients.FEATURES},
                    labels,
                    SyntheticClients.CLASSES);
        }
    }
}
