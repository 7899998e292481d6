package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.training.OptimizerPlan.Rule;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.DoubleStream;

/** Formulas against arrays worked out by hand, or by the textbook's formula in float64. */
class FlatOptimizerTest {
    private static final float[] START = {1f, -2f, 0.5f};
    private static final float[][] GRADIENTS = {{0.5f, -1f, 0f}, {0.25f, 2f, -0.5f}, {1f, 0f, 4f}};

    @Test
    void plainSgdSubtractsRateTimesGradient() {
        assertThat(steps(OptimizerPlan.sgd(0.1), 1))
                .containsExactly(new float[] {0.95f, -1.9f, 0.5f}, within(1e-6f));
        assertThat(steps(OptimizerPlan.sgd(0.1), 2))
                .containsExactly(new float[] {0.925f, -2.1f, 0.55f}, within(1e-6f));
    }

    @Test
    void momentumRemembersGradients() {
        // v1 = g1; v2 = 0.5 g1 + g2 = {0.5, 1.5, -0.5}
        OptimizerPlan plan = OptimizerPlan.sgd(0.1).withMomentum(0.5);
        assertThat(steps(plan, 2))
                .containsExactly(new float[] {0.9f, -2.05f, 0.55f}, within(1e-6f));
        // v3 = 0.5 v2 + g3 = {1.25, 0.75, 3.75}
        assertThat(steps(plan, 3))
                .containsExactly(new float[] {0.775f, -2.125f, 0.175f}, within(1e-6f));
    }

    @Test
    void weightDecayOfSgdAddsToTheGradient() {
        OptimizerPlan plain = OptimizerPlan.sgd(0.1).withWeightDecay(0.2);
        // w - 0.1 * (g + 0.2 w)
        assertThat(steps(plain, 1))
                .containsExactly(new float[] {0.93f, -1.86f, 0.49f}, within(1e-6f));
        // With momentum: v1 = {0.7, -1.4, 0.1}; v2 = 0.5 v1 + g2 + 0.2 w1 = {0.786, 0.928, -0.352}
        assertThat(steps(plain.withMomentum(0.5), 2))
                .containsExactly(new float[] {0.8514f, -1.9528f, 0.5252f}, within(1e-6f));
    }

    @Test
    void firstStepOfAdamIsTheRateInTheGradientsDirection() {
        assertThat(steps(OptimizerPlan.of(Rule.ADAM, 0.1), 1))
                .containsExactly(new float[] {0.9f, -1.9f, 0.5f}, within(1e-6f));
    }

    @Test
    void adamFollowsTheTextbook() {
        for (Rule rule : List.of(Rule.ADAM, Rule.ADAMW)) {
            for (double decay : new double[] {0, 0.3}) {
                OptimizerPlan plan = OptimizerPlan.of(rule, 0.05).withWeightDecay(decay);
                for (int count = 1; count <= 3; count++) {
                    assertThat(steps(plan, count))
                            .as("%s, decay %s, %s steps", rule, decay, count)
                            .containsExactly(textbookAdam(plan, count), within(2e-6f));
                }
            }
        }
    }

    @Test
    void clippingScalesLongGradientsAndLeavesShortOnes() {
        try (NDManager manager = cpu();
                GradientScope off = GradientScope.off()) {
            NDArray first = manager.create(new float[] {3f, 0f});
            NDArray second = manager.create(new float[] {-4f});
            new GradientClipper(manager, 1, 1).clip(List.of(first, second), manager);
            assertThat(first.toFloatArray()).containsExactly(new float[] {0.6f, 0}, within(1e-5f));
            assertThat(second.toFloatArray()).containsExactly(new float[] {-0.8f}, within(1e-5f));

            new GradientClipper(manager, 1.5, 1).clip(List.of(first, second), manager);
            assertThat(first.toFloatArray()).containsExactly(new float[] {0.6f, 0}, within(1e-5f));
        }
    }

    @Test
    void clippingOfScaledGradientsIsTheScaledClipping() {
        try (NDManager manager = cpu();
                GradientScope off = GradientScope.off()) {
            NDArray gradient = manager.create(new float[] {0.03f, -0.04f});
            new GradientClipper(manager, 1, 0.01).clip(List.of(gradient), manager);
            assertThat(gradient.toFloatArray())
                    .containsExactly(new float[] {0.006f, -0.008f}, within(1e-6f));

            NDArray still = manager.zeros(gradient.getShape());
            new GradientClipper(manager, 1, 0).clip(List.of(still), manager);
            assertThat(still.toFloatArray()).containsExactly(0, 0);
        }
    }

    @Test
    void segmentsDoNotChangeTheResult() {
        OptimizerPlan plan = OptimizerPlan.of(Rule.ADAMW, 0.05).withWeightDecay(0.1);
        try (NDManager manager = cpu();
                GradientScope off = GradientScope.off()) {
            List<NDArray> parts =
                    DoubleStream.of(1, -2, 0.5)
                            .mapToObj(value -> manager.create(new float[] {(float) value}))
                            .toList();
            AdamOptimizer optimizer = new AdamOptimizer(manager, plan, 0.05, parts);
            for (float[] gradient : GRADIENTS) {
                optimizer.beginStep(manager);
                for (int i = 0; i < 3; i++) {
                    NDArray part = manager.create(new float[] {gradient[i]});
                    optimizer.update(i, parts.get(i), part);
                }
            }
            float[] whole = steps(plan, 3);
            for (int i = 0; i < 3; i++) {
                assertThat(parts.get(i).toFloatArray()).containsExactly(whole[i]);
            }
        }
    }

    private static NDManager cpu() {
        NativeStack.engine();
        return NDManager.newBaseManager(Device.cpu());
    }

    private static float[] steps(OptimizerPlan plan, int count) {
        try (NDManager manager = cpu();
                GradientScope off = GradientScope.off()) {
            NDArray weights = manager.create(START);
            double rate = plan.learningRate();
            List<NDArray> segments = List.of(weights);
            FlatOptimizer optimizer =
                    plan.rule() == Rule.SGD
                            ? new SgdOptimizer(manager, plan, rate, segments)
                            : new AdamOptimizer(manager, plan, rate, segments);
            for (int i = 0; i < count; i++) {
                try (NDManager step = manager.newSubManager()) {
                    NDArray gradient = step.create(GRADIENTS[i]);
                    gradient.muli(optimizer.gradientScale());
                    optimizer.beginStep(step);
                    optimizer.update(0, weights, gradient);
                }
            }
            return weights.toFloatArray();
        }
    }

    private static float[] textbookAdam(OptimizerPlan plan, int count) {
        float[] result = START.clone();
        double rate = plan.learningRate();
        for (int j = 0; j < result.length; j++) {
            double w = START[j];
            double m = 0;
            double v = 0;
            for (int t = 1; t <= count; t++) {
                double g = GRADIENTS[t - 1][j];
                if (plan.rule() == Rule.ADAMW) {
                    w -= rate * plan.weightDecay() * w;
                } else {
                    g += plan.weightDecay() * w;
                }
                m = plan.beta1() * m + (1 - plan.beta1()) * g;
                v = plan.beta2() * v + (1 - plan.beta2()) * g * g;
                double mHat = m / (1 - Math.pow(plan.beta1(), t));
                double vHat = v / (1 - Math.pow(plan.beta2(), t));
                w -= rate * mHat / (Math.sqrt(vHat) + plan.epsilon());
            }
            result[j] = (float) w;
        }
        return result;
    }
}
