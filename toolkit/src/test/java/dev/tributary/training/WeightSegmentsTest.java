package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.GradientScope;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.training.TrainingFixtures.Bench;

import org.junit.jupiter.api.Test;

import java.util.List;

/** The two ways of handing weights to an optimizer are one: GPUs take the second. */
class WeightSegmentsTest {
    @Test
    void joinedSegmentsMoveTheVectorAsSeparateOnesDo() {
        float[] separate = oneStep(false);
        float[] joined = oneStep(true);

        assertThat(joined).isEqualTo(separate);
    }

    private static float[] oneStep(boolean joined) {
        try (Bench bench = new Bench(TrainingFixtures::mlp, TrainingFixtures.blobs(20, 1));
                GradientScope off = GradientScope.off();
                NDManager scope = bench.manager.newSubManager()) {
            float[] before = bench.flat.toFloatArray();
            ParameterAliases aliases =
                    new ParameterAliases(scope, FlatParameters.of(bench.block), bench.flat);
            WeightSegments segments =
                    joined
                            ? WeightSegments.joined(
                                    aliases, scope, bench.flat, bench.trainer.layout().size())
                            : WeightSegments.separate(aliases, bench.trainer.layout());
            aliases.beginStep(scope);
            try (GradientScope recording = GradientScope.recording()) {
                NDList input = new NDList(bench.data.features());
                NDList output = bench.block.forward(aliases, input, true);
                NDList labels = new NDList(bench.data.labels());
                recording.backward(new SparseCrossEntropy().evaluate(labels, output));
            }
            List<NDArray> gradients = segments.gradients(scope);
            assertThat(gradients).hasSameSizeAs(segments.weights());
            for (int i = 0; i < gradients.size(); i++) {
                segments.weights().get(i).subi(gradients.get(i));
            }
            assertThat(bench.flat.toFloatArray()).isNotEqualTo(before);
            return bench.flat.toFloatArray();
        }
    }
}
