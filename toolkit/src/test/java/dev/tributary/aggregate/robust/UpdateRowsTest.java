package dev.tributary.aggregate.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.NativeStack;
import dev.tributary.parameters.HostVector;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

class UpdateRowsTest {
    private static final long SEED = Long.getLong("tributary.seed", 31);

    /** Rows that lie close together, one of them twice, and one that is far away and very long. */
    @ParameterizedTest
    @CsvSource({"2, 1", "3, 1000", "5, 300001", "70, 16001"})
    void distancesAreThoseOfPlainJava(int count, int columns) throws IOException {
        System.out.printf("distances of %d rows, seed %d%n", count, SEED);
        Map<HostVector, float[]> values = new HashMap<>();
        List<KeptUpdate> updates = new ArrayList<>();
        for (float[] row : rows(count, columns)) {
            HostVector vector = HostVector.of(row);
            values.put(vector, row);
            updates.add(KeptUpdate.of(vector, 1));
        }
        List<float[]> sorted =
                updates.stream().sorted().map(update -> values.get(update.vector())).toList();
        NativeStack.engine();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            double[][] found = new UpdateRows(manager, updates, null, columns).squaredDistances();
            for (int i = 0; i < count; i++) {
                assertThat(found[i][i]).isZero();
                for (int j = 0; j < i; j++) {
                    double bound = 1e-14 * (product(sorted, i, i) + product(sorted, j, j));
                    assertThat(found[i][j]).isCloseTo(distance(sorted, i, j), within(bound));
                    assertThat(found[j][i]).isEqualTo(found[i][j]).isNotNegative();
                }
            }
        }
    }

    private static List<float[]> rows(int count, int columns) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] row = new float[columns];
            for (int j = 0; j < columns; j++) {
                row[j] = (float) (1 + 1e-3 * random.nextGaussian()) * (i == 1 ? 1 << 20 : 1);
            }
            rows.add(i == 2 ? rows.get(0).clone() : row);
        }
        return rows;
    }

    private static double distance(List<float[]> rows, int a, int b) {
        return sum(
                rows.get(a).length,
                i -> {
                    double difference = (double) rows.get(a)[i] - rows.get(b)[i];
                    return difference * difference;
                });
    }

    private static double product(List<float[]> rows, int a, int b) {
        return sum(rows.get(a).length, i -> (double) rows.get(a)[i] * rows.get(b)[i]);
    }

    /** Java's streams carry what is rounded off along. */
    private static double sum(int count, IntToDoubleFunction term) {
        return IntStream.range(0, count).mapToDouble(term).sum();
    }
}
