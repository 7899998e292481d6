package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;

import org.junit.jupiter.api.Test;

import java.util.function.Consumer;

class MultiLabelLossTest {
    private static final long[] SETS = {0, 1, 2, 5, 7, (1 << 20) - 1, 1 << 19};
    private static final int LABELS = 20;

    @Test
    void bitsAreThoseOfTheSets() {
        withSets(
                sets -> {
                    try (NDArray bits = new MultiLabelLoss(LABELS).bits(sets)) {
                        float[] found = bits.toFloatArray();
                        for (int i = 0; i < found.length; i++) {
                            assertThat(found[i])
                                    .as("bit %d of %d", i % LABELS, SETS[i / LABELS])
                                    .isEqualTo((float) (SETS[i / LABELS] >> i % LABELS & 1));
                        }
                    }
                });
    }

    @Test
    void lossIsTheMeanLogisticLossOfTheLabels() {
        withSets(
                sets -> {
                    NDManager manager = sets.getManager();
                    float[] outputs = new float[SETS.length * LABELS];
                    double expected = 0;
                    for (int i = 0; i < outputs.length; i++) {
                        outputs[i] = (i * 37 % 101 - 50) / 7f;
                        double sign = (SETS[i / LABELS] >> i % LABELS & 1) == 1 ? 1 : -1;
                        expected += Math.log1p(Math.exp(-sign * outputs[i])) / outputs.length;
                    }
                    NDArray output = manager.create(outputs, new Shape(SETS.length, LABELS));
                    NDArray found =
                            new MultiLabelLoss(LABELS)
                                    .evaluate(new NDList(sets), new NDList(output));
                    assertThat(found.getFloat()).isCloseTo((float) expected, within(1e-5f));
                    output.muli(1e6f);
                    assertThat(
                                    new MultiLabelLoss(LABELS)
                                            .evaluate(new NDList(sets), new NDList(output))
                                            .getFloat())
                            .isFinite();
                });
    }

    @Test
    void saidSetsAreThoseWithPositiveOutputs() {
        withSets(
                sets -> {
                    try (NDArray bits = new MultiLabelLoss(LABELS).bits(sets);
                            NDArray said = Predictions.sets(bits.sub(0.5f))) {
                        for (int i = 0; i < SETS.length; i++) {
                            assertThat((long) said.getFloat(i)).isEqualTo(SETS[i]);
                        }
                    }
                });
    }

    @Test
    void numbersOfClassesThatAreNoSetsAreNone() {
        assertThat(MultiLabelLoss.labelsOf(2)).isEqualTo(1);
        assertThat(MultiLabelLoss.labelsOf(1 << 20)).isEqualTo(20);
        for (int count : new int[] {-4, 0, 1, 3, 6, 1 << 21}) {
            assertThat(MultiLabelLoss.labelsOf(count)).as("%d", count).isZero();
        }
        assertThatThrownBy(() -> new MultiLabelLoss(0)).hasMessageContaining("found 0");
    }

    private static void withSets(Consumer<NDArray> test) {
        NativeStack.engine();
        try (GradientScope off = GradientScope.off();
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray sets = manager.create(SETS);
            assertThat(sets.getDataType()).isEqualTo(DataType.INT64);
            test.accept(sets);
        }
    }
}
