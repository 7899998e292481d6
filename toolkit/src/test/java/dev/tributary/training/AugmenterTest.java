package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.data.LocalDataset;
import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.Augmenter.Choices;
import dev.tributary.training.TrainingFixtures.Bench;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Laws of random crops and flips, and the same in plain loops. */
class AugmenterTest {
    private static final int COUNT = 9;
    private static final RandomStreams STREAMS = new RandomStreams(5);

    @ParameterizedTest
    @CsvSource({
        "1, 4, 4, 0, true",
        "3, 5, 7, 2, false",
        "3, 5, 7, 2, true",
        "2, 1, 6, 1, true",
        "1, 28, 28, 4, false",
        "3, 8, 8, 8, true"
    })
    void everyImageIsThePlainLoopsShiftAndFlip(
            int channels, int height, int width, int padding, boolean flip) {
        Shape image = new Shape(channels, height, width);
        long seed = 31L * height + padding;
        float[] source = random(COUNT * (int) image.size(), seed);
        float[] changed = changed(image, source, new Augmentation(padding, flip), seed, 4);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < COUNT; i++) {
            int down = random.nextInt(2 * padding + 1) - padding;
            int column = random.nextInt((flip ? 2 : 1) * (2 * padding + 1));
            boolean flipped = column > 2 * padding;
            int right = column % (2 * padding + 1) - padding;
            float[] expected = plain(image, source, i, down, right, flipped);
            int from = i * expected.length;
            assertThat(Arrays.copyOfRange(changed, from, from + expected.length))
                    .as("image %d, seed %d", i, seed)
                    .containsExactly(expected);
        }
    }

    @Test
    void flipTwiceIsTheImageAgain() {
        Shape image = new Shape(2, 3, 5);
        float[] source = random(COUNT * (int) image.size(), 1);
        Augmentation flip = new Augmentation(0, true);
        float[] once = changed(image, source, flip, 8, COUNT);
        assertThat(once).isNotEqualTo(source);
        assertThat(changed(image, once, flip, 8, COUNT)).containsExactly(source);
    }

    @Test
    void blocksOfAnySizeGiveTheSame() {
        Shape image = new Shape(3, 6, 6);
        float[] source = random(COUNT * (int) image.size(), 2);
        Augmentation both = new Augmentation(2, true);
        assertThat(changed(image, source, both, 3, 1))
                .containsExactly(changed(image, source, both, 3, COUNT));
        assertThat(changed(image, source, both, 4, 1))
                .isNotEqualTo(changed(image, source, both, 3, 1));
    }

    @Test
    void trainingIsTheSameForTheSameKeyAndLeavesNothingBehind() {
        LocalDataset blobs = TrainingFixtures.blobs(57, 1);
        LocalDataset images =
                new LocalDataset(
                        blobs.features(), new long[] {1, 3, 4}, blobs.labels(), blobs.classCount());
        TrainingPlan plain = TrainingPlan.sgd(2, 8, 0.1);
        TrainingPlan plan = plain.withAugmentation(new Augmentation(1, true));
        try (Bench bench = new Bench(TrainingFixtures::mlp, images)) {
            float[] first = trained(bench, plan, 1, "a");
            int arrays = bench.trainer.manager().getManagedArrays().size();
            assertThat(trained(bench, plan, 1, "a")).containsExactly(first);
            assertThat(bench.trainer.manager().getManagedArrays()).hasSize(arrays);
            assertThat(trained(bench, plain, 1, "a")).isNotEqualTo(first);
            assertThat(trained(bench, plan, 2, "a")).isNotEqualTo(first);
            assertThat(trained(bench, plan, 1, "b")).isNotEqualTo(first);
        }
    }

    @Test
    void tablesAndTooWidePaddingsAreRefused() {
        TrainingPlan plan =
                TrainingPlan.sgd(1, 8, 0.1).withAugmentation(new Augmentation(1, false));
        try (Bench bench = new Bench(TrainingFixtures::mlp, TrainingFixtures.blobs(9, 1))) {
            assertThatThrownBy(() -> trained(bench, plan, 1, "a"))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("expected images [channels, height, width], found")
                    .hasMessageContaining("12");
        }
        float[] source = random(COUNT * 12, 1);
        assertThatThrownBy(
                        () -> changed(new Shape(1, 3, 4), source, new Augmentation(4, false), 1, 1))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("crop-padding of at most the image's sides");
        assertThatThrownBy(() -> new Augmentation(-1, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static float[] trained(Bench bench, TrainingPlan plan, int round, String client) {
        bench.reset();
        bench.trainer.train(
                bench.flat, bench.data, plan, round, STREAMS, client, ProgressListener.NONE);
        return bench.flat.toFloatArray();
    }

    /** All images, block by block. */
    private static float[] changed(
            Shape image, float[] source, Augmentation augmentation, long seed, int blockSize) {
        NativeStack.engine();
        float[] result = new float[source.length];
        int size = (int) image.size();
        try (GradientScope off = GradientScope.off();
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            Augmenter augmenter = new Augmenter(manager, image, augmentation);
            Choices choices = augmenter.choices(manager, COUNT, new SplittableRandom(seed));
            for (int from = 0; from < COUNT; from += blockSize) {
                int to = Math.min(COUNT, from + blockSize);
                try (NDManager scope = manager.newSubManager()) {
                    NDArray block =
                            scope.create(Arrays.copyOfRange(source, from * size, to * size))
                                    .reshape(to - from, size);
                    NDArray changed = augmenter.apply(scope, block, choices, from);
                    assertThat(changed.getShape()).isEqualTo(block.getShape());
                    System.arraycopy(
                            changed.toFloatArray(), 0, result, from * size, (to - from) * size);
                }
            }
        }
        return result;
    }

    /** One image, shifted and flipped by the book. */
    private static float[] plain(
            Shape image, float[] source, int index, int down, int right, boolean flipped) {
        int height = (int) image.get(1);
        int width = (int) image.get(2);
        float[] result = new float[(int) image.size()];
        for (int i = 0; i < result.length; i++) {
            int channel = i / (height * width);
            int y = i / width % height + down;
            int x = (flipped ? width - 1 - i % width : i % width) + right;
            boolean inside = y >= 0 && y < height && x >= 0 && x < width;
            result[i] =
                    inside
                            ? source[
                                    ((index * (int) image.get(0) + channel) * height + y) * width
                                            + x]
                            : 0;
        }
        return result;
    }

    private static float[] random(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = 1 + (float) random.nextDouble();
        }
        return values;
    }
}
