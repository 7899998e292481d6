package dev.tributary.data.generated;

import java.util.Arrays;

/**
 * A square of pixels on which strokes are drawn with a round pen, anti-aliased.
 *
 * <p>It keeps, for each pixel, the square of the distance from its center to the nearest stroke;
 * the ink is a function of that, so that strokes may cross without darkening. Not thread-safe.
 */
final class DigitCanvas {
    /** Straight pieces for one span of a curve: enough for spans of up to ten pixels. */
    private static final int PIECES = 5;

    private final int side;
    private final float reach;
    private final float[] squares;

    /**
     * @param side pixels along each side
     * @param radius half the width of the pen, in pixels
     */
    DigitCanvas(int side, float radius) {
        this.side = side;
        this.reach = radius + 0.5f;
        this.squares = new float[side * side];
        Arrays.fill(squares, Float.POSITIVE_INFINITY);
    }

    /**
     * Draws a smooth curve through the points: a uniform Catmull-Rom spline whose ends are
     * repeated.
     *
     * @param points {@code x0, y0, x1, y1, ...} in pixels, pixel 0 having its center at 0.5; at
     *     least two points
     */
    void curve(float[] points) {
        int count = points.length / 2;
        for (int i = 0; i + 1 < count; i++) {
            int before = 2 * Math.max(0, i - 1);
            int after = 2 * Math.min(count - 1, i + 2);
            span(points, before, 2 * i, 2 * i + 2, after, count == 2 ? 1 : PIECES);
        }
    }

    /** Ink at a pixel, from 0 to 1: 1 inside the pen, falling to 0 over one pixel at its edge. */
    float ink(int pixel) {
        float square = squares[pixel];
        return square < reach * reach ? Math.min(1, reach - (float) Math.sqrt(square)) : 0;
    }

    private void span(float[] points, int p0, int p1, int p2, int p3, int pieces) {
        float x = points[p1];
        float y = points[p1 + 1];
        for (int piece = 1; piece <= pieces; piece++) {
            float t = (float) piece / pieces;
            float nextX = spline(points[p0], points[p1], points[p2], points[p3], t);
            float nextY = spline(points[p0 + 1], points[p1 + 1], points[p2 + 1], points[p3 + 1], t);
            line(x, y, nextX, nextY);
            x = nextX;
            y = nextY;
        }
    }

    private static float spline(float p0, float p1, float p2, float p3, float t) {
        float linear = p2 - p0;
        float square = 2 * p0 - 5 * p1 + 4 * p2 - p3;
        float cube = 3 * (p1 - p2) + p3 - p0;
        return p1 + 0.5f * t * (linear + t * (square + t * cube));
    }

    private void line(float x0, float y0, float x1, float y1) {
        float dx = x1 - x0;
        float dy = y1 - y0;
        float length = dx * dx + dy * dy;
        float scale = length > 0 ? 1 / length : 0;
        int left = bound(Math.min(x0, x1) - reach);
        int right = bound(Math.max(x0, x1) + reach + 1);
        int top = bound(Math.min(y0, y1) - reach);
        int bottom = bound(Math.max(y0, y1) + reach + 1);
        for (int row = top; row < bottom; row++) {
            float py = row + 0.5f - y0;
            for (int column = left; column < right; column++) {
                float px = column + 0.5f - x0;
                float along = between0And1((px * dx + py * dy) * scale);
                float ex = px - along * dx;
                float ey = py - along * dy;
                int pixel = row * side + column;
                float square = ex * ex + ey * ey;
                if (square < squares[pixel]) {
                    squares[pixel] = square;
                }
            }
        }
    }

    /** Not by {@link Math#min}, whose care for NaN and -0 would be half of the work. */
    private static float between0And1(float value) {
        return value > 0 ? value < 1 ? value : 1 : 0;
    }

    private int bound(float position) {
        return Math.max(0, Math.min(side, (int) position));
    }
}
