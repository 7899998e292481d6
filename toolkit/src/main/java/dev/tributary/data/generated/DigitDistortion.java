package dev.tributary.data.generated;

import dev.tributary.random.Distributions;

import java.util.SplittableRandom;

/**
 * How one hand, on one day, bends a digit: from the unit square of the glyphs to pixels.
 *
 * <p>First a smooth wobble (offsets drawn at the knots of a coarse grid, bilinear between: Simard,
 * Steinkraus and Platt, 2003, call it elastic), then shear, scale, rotation about the center,
 * shift. Points that coincide stay together, so corners remain joined. Immutable.
 */
final class DigitDistortion {
    private static final int KNOTS = 4;

    /** All in units of the glyph's box, but for the angle in radians and the shift in pixels. */
    private static final double WOBBLE = 0.05;

    private static final double ANGLE = 0.16;
    private static final double SHEAR = 0.16;
    private static final double SCALE = 0.11;
    private static final double SHIFT = 1.3;

    private final float[] offsets = new float[2 * KNOTS * KNOTS];
    private final float xx;
    private final float xy;
    private final float yx;
    private final float yy;
    private final float shiftX;
    private final float shiftY;

    /**
     * @param random the draws
     * @param side the pixels along the canvas
     * @param box the pixels along the box that a glyph fills before it is bent
     */
    DigitDistortion(SplittableRandom random, int side, double box) {
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = (float) (WOBBLE * Distributions.gaussian(random));
        }
        double angle = ANGLE * Distributions.gaussian(random);
        double shear = SHEAR * Distributions.gaussian(random);
        double scaleX = box * (1 + SCALE * clamped(random));
        double scaleY = box * (1 + SCALE * clamped(random));
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        xx = (float) (cos * scaleX);
        xy = (float) (cos * shear * scaleX - sin * scaleY);
        yx = (float) (sin * scaleX);
        yy = (float) (sin * shear * scaleX + cos * scaleY);
        shiftX = (float) (side / 2.0 + SHIFT * clamped(random));
        shiftY = (float) (side / 2.0 + SHIFT * clamped(random));
    }

    /** Where the points of a stroke come to lie, in pixels. */
    float[] apply(float[] stroke) {
        float[] points = new float[stroke.length];
        for (int i = 0; i < stroke.length; i += 2) {
            float x = stroke[i];
            float y = stroke[i + 1];
            float fromCenterX = x - 0.5f + wobble(x, y, 0);
            float fromCenterY = y - 0.5f + wobble(x, y, 1);
            points[i] = xx * fromCenterX + xy * fromCenterY + shiftX;
            points[i + 1] = yx * fromCenterX + yy * fromCenterY + shiftY;
        }
        return points;
    }

    /** The offset at a point of the unit square, along the given axis. */
    private float wobble(float x, float y, int axis) {
        float gridX = x * (KNOTS - 1);
        float gridY = y * (KNOTS - 1);
        int column = Math.min(KNOTS - 2, (int) gridX);
        int row = Math.min(KNOTS - 2, (int) gridY);
        float right = gridX - column;
        float down = gridY - row;
        int knot = 2 * (row * KNOTS + column) + axis;
        float upper = offsets[knot] * (1 - right) + offsets[knot + 2] * right;
        int below = knot + 2 * KNOTS;
        float lower = offsets[below] * (1 - right) + offsets[below + 2] * right;
        return upper * (1 - down) + lower * down;
    }

    /** A normal draw within two deviations, so that no digit leaves its canvas. */
    private static double clamped(SplittableRandom random) {
        return Math.max(-2, Math.min(2, Distributions.gaussian(random)));
    }
}
