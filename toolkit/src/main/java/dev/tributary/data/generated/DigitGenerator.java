package dev.tributary.data.generated;

import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws gray digits of 28 x 28: a variant of the glyph, bent, drawn with a pen of random width,
 * with slight noise on each pixel.
 *
 * <p>Example {@code i} shows the digit {@code i mod 10}, so classes are balanced. Features are
 * standardized by fixed constants, to about mean 0 and deviation 1.
 */
record DigitGenerator(RandomStreams streams) implements ExampleGenerator {
    private static final int SIDE = 28;
    private static final int CLASSES = 10;
    private static final double BOX = 20;
    private static final float MIN_RADIUS = 0.7f;
    private static final float MAX_RADIUS = 1.7f;
    private static final float MIN_INK = 0.75f;
    private static final float NOISE = 0.12f;

    /** Mean and deviation of the pixels before they are standardized, measured once. */
    private static final float MEAN = 0.1396f;

    private static final float DEVIATION = 0.2651f;

    @Override
    public long[] featureShape() {
        return new long[] {1, SIDE, SIDE};
    }

    @Override
    public int classCount() {
        return CLASSES;
    }

    @Override
    public float label(Part part, int index) {
        return index % CLASSES;
    }

    @Override
    public void features(Part part, int index, float[] target, int offset) {
        SplittableRandom random = streams.stream(Purpose.GENERATION, index, "digits-" + part.key());
        List<float[][]> variants = DigitGlyphs.variants(index % CLASSES);
        float[][] glyph = variants.get(random.nextInt(variants.size()));
        DigitDistortion distortion = new DigitDistortion(random, SIDE, BOX);
        DigitCanvas canvas = new DigitCanvas(SIDE, between(random, MIN_RADIUS, MAX_RADIUS));
        for (float[] stroke : glyph) {
            canvas.curve(distortion.apply(stroke));
        }
        float ink = between(random, MIN_INK, 1);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            float shade = ink * canvas.ink(pixel) + between(random, -NOISE, NOISE);
            target[offset + pixel] = (Math.max(0, Math.min(1, shade)) - MEAN) / DEVIATION;
        }
    }

    private static float between(SplittableRandom random, float low, float high) {
        return low + (high - low) * (float) random.nextDouble();
    }
}
