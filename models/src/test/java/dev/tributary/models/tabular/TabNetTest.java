package dev.tributary.models.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Sparsemax by its definition, and the gradients of the whole block by finite differences. */
class TabNetTest {
    private static final NDIndex ALL = new NDIndex(":");

    private NDManager manager;

    @BeforeAll
    static void loadEngine() {
        NativeStack.engine();
    }

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager(Device.cpu());
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 33})
    void sparsemaxIsTheNearestPointOfTheSimplex(int features) {
        float[] scores = normal(features, 7 * features);
        try (GradientScope off = GradientScope.off()) {
            float[] found =
                    Sparsemax.of(manager.create(scores, new Shape(7, features))).toFloatArray();
            for (int row = 0; row < 7; row++) {
                float[] z = Arrays.copyOfRange(scores, row * features, (row + 1) * features);
                double threshold = threshold(z);
                for (int i = 0; i < features; i++) {
                    assertThat(found[row * features + i])
                            .isCloseTo((float) Math.max(0, z[i] - threshold), within(1e-5f));
                }
            }
        }
    }

    @Test
    void equalScoresShareEqually() {
        try (GradientScope off = GradientScope.off()) {
            assertThat(
                            Sparsemax.of(manager.create(new float[] {3, 3, 1, 3}, new Shape(1, 4)))
                                    .toFloatArray())
                    .containsExactly(new float[] {1 / 3f, 1 / 3f, 0, 1 / 3f}, within(1e-6f));
        }
    }

    @Test
    void sparsemaxHasTheGradientOfFiniteDifferences() {
        float[] scores = {0.9f, 0.5f, -0.4f, 0.1f, 2, -1, 0.3f, 0.2f};
        float[] factors = normal(3, 8);
        float[] gradient = sparsemaxGradient(scores, factors);
        for (int i = 0; i < scores.length; i++) {
            // Linear between its kinks, none of which is so near.
            float step = 0.02f;
            float[] up = scores.clone();
            up[i] += step;
            float[] down = scores.clone();
            down[i] -= step;
            double slope = (weighted(up, factors) - weighted(down, factors)) / (2 * step);
            assertThat(gradient[i]).as("score %d", i).isCloseTo((float) slope, within(1e-4f));
        }
        assertThat(gradient).contains(0f);
    }

    @ParameterizedTest
    @EnumSource
    void everyTensorHasTheGradientOfFiniteDifferences(UnitNormalization normalization) {
        Block block = block(normalization);
        NDArray rows = rows(6);
        try (GradientScope on = GradientScope.recording()) {
            on.backward(loss(block, rows));
        }
        for (Pair<String, Parameter> named : block.getParameters()) {
            NDArray values = named.getValue().getArray();
            if (values.hasGradient()) {
                NDArray gradient = values.getGradient();
                double length = gradient.norm().getDouble();
                assertThat(length).as(named.getKey()).isPositive();
                double slope = slope(block, rows, values, gradient.div(length));
                assertThat(slope).as(named.getKey()).isCloseTo(length, withinPercentage(0.01));
            }
        }
    }

    @Test
    void oneExampleByItselfLeavesTheStatisticsAlone() {
        Block block = block(UnitNormalization.BATCH);
        try (GradientScope off = GradientScope.off()) {
            NDArray row = rows(1);
            double[] trained = forward(block, row, true).toDoubleArray();
            assertThat(trained).isEqualTo(forward(block, row, false).toDoubleArray());
            assertThat(block.getParameters().values())
                    .allMatch(parameter -> !parameter.getArray().isNaN().any().getBoolean());
        }
    }

    private double slope(Block block, NDArray rows, NDArray values, NDArray direction) {
        double step = 1e-6;
        try (GradientScope off = GradientScope.off()) {
            NDArray middle = values.duplicate();
            values.set(ALL, middle.add(direction.mul(step)));
            double up = loss(block, rows).getDouble();
            values.set(ALL, middle.sub(direction.mul(step)));
            double down = loss(block, rows).getDouble();
            values.set(ALL, middle);
            return (up - down) / (2 * step);
        }
    }

    private NDArray loss(Block block, NDArray rows) {
        return forward(block, rows, true).sub(1).square().sum();
    }

    private NDArray forward(Block block, NDArray rows, boolean training) {
        ParameterStore store = new ParameterStore(manager, false);
        return block.forward(store, new NDList(rows), training).head();
    }

    /** In float64, so that a difference of two losses has digits left. */
    private Block block(UnitNormalization normalization) {
        Block block = new TabNet(5, new TabNet.Size(3, 3, 1.3f, 2, 2), normalization);
        block.initialize(manager, DataType.FLOAT64, new Shape(6, 5));
        long seed = 0;
        for (Parameter parameter : block.getParameters().values()) {
            NDArray values = parameter.getArray();
            if (parameter.getType() == Parameter.Type.WEIGHT) {
                try (GradientScope off = GradientScope.off()) {
                    float[] drawn = normal(seed++, (int) values.size());
                    values.set(ALL, manager.create(drawn, values.getShape()));
                }
            }
            parameter.getArray().setRequiresGradient(parameter.requiresGradient());
        }
        return block;
    }

    private NDArray rows(int count) {
        return manager.create(normal(1, 5 * count), new Shape(count, 5))
                .toType(DataType.FLOAT64, false);
    }

    private float[] sparsemaxGradient(float[] scores, float[] factors) {
        NDArray input = manager.create(scores, new Shape(2, 4));
        input.setRequiresGradient(true);
        try (GradientScope on = GradientScope.recording()) {
            on.backward(Sparsemax.of(input).flatten().mul(manager.create(factors)).sum());
        }
        return input.getGradient().toFloatArray();
    }

    private float weighted(float[] scores, float[] factors) {
        try (GradientScope off = GradientScope.off()) {
            NDArray shares = Sparsemax.of(manager.create(scores, new Shape(2, 4)));
            return shares.flatten().mul(manager.create(factors)).sum().getFloat();
        }
    }

    /** Where what is above it has the sum 1, by halving an interval. */
    private static double threshold(float[] scores) {
        double low = -100;
        double high = 100;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            double sum = 0;
            for (float score : scores) {
                sum += Math.max(0, score - middle);
            }
            low = sum > 1 ? middle : low;
            high = sum > 1 ? high : middle;
        }
        return low;
    }

    private static float[] normal(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (2 * random.nextDouble() - 1 + random.nextDouble() - 0.5);
        }
        return values;
    }
}
