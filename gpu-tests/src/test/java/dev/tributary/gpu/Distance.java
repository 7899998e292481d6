package dev.tributary.gpu;

import java.util.stream.IntStream;

/** Between what the CPU and the GPU found. */
final class Distance {
    private Distance() {}

    /** The largest of all differences; infinity where one is not a number. */
    static double largest(float[] expected, float[] found) {
        return IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.abs(expected[i] - (double) found[i]))
                .map(distance -> Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance)
                .max()
                .orElseThrow();
    }
}
