package dev.tributary.cli.chart;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The range of an axis and its ticks, at multiples of 1, 2 or 5 times a power of ten.
 *
 * @param min where the axis starts
 * @param max where it ends, above {@code min}
 * @param ticks the positions of the ticks, ascending, within the range; copied
 */
record Axis(double min, double max, List<Double> ticks) {
    Axis {
        ticks = List.copyOf(ticks);
    }

    /**
     * Ends at ticks around the values, but not beyond the bounds; [0, 1] if there are no values.
     */
    static Axis around(DoubleStream values, double floor, double ceiling, int intervals) {
        Range range = Range.of(values);
        double step = step(range.length() / intervals, 0);
        double low = Math.max(floor, Math.floor(range.min / step + 1e-9) * step);
        double high = Math.min(ceiling, Math.ceil(range.max / step - 1e-9) * step);
        // Values beyond the bounds stay in view.
        return withTicks(Math.min(low, range.min), Math.max(high, range.max), step);
    }

    /** Ends where the values end; whole ticks. */
    static Axis ofWholeNumbers(DoubleStream values, int intervals) {
        Range range = Range.of(values);
        return withTicks(range.min, range.max, step(range.length() / intervals, 1));
    }

    /** Where a value stands: 0 at the start, 1 at the end. */
    double position(double value) {
        return (value - min) / (max - min);
    }

    /** A tick's value, in no more digits than it needs. */
    static String label(double tick) {
        BigDecimal value = BigDecimal.valueOf(tick).stripTrailingZeros();
        boolean plain = Math.abs(tick) < 1e6 && Math.abs(tick) >= 1e-4;
        return tick == 0 ? "0" : plain ? value.toPlainString() : value.toString();
    }

    private static Axis withTicks(double min, double max, double step) {
        List<Double> ticks = new ArrayList<>();
        BigDecimal exact = BigDecimal.valueOf(step);
        for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) {
            ticks.add(exact.multiply(BigDecimal.valueOf(i)).doubleValue());
        }
        return new Axis(min, max, ticks);
    }

    private static double step(double atLeast, double smallest) {
        double wanted = Math.max(atLeast, smallest);
        int exponent = (int) Math.floor(Math.log10(wanted) + 1e-12);
        for (int mantissa : new int[] {1, 2, 5}) {
            double step = new BigDecimal(mantissa).scaleByPowerOfTen(exponent).doubleValue();
            if (step >= wanted * (1 - 1e-9)) {
                return step;
            }
        }
        return BigDecimal.ONE.scaleByPowerOfTen(exponent + 1).doubleValue();
    }

    private record Range(double min, double max) {
        static Range of(DoubleStream values) {
            double[] sorted = values.sorted().toArray();
            if (sorted.length == 0) {
                return new Range(0, 1);
            }
            double min = sorted[0];
            double max = sorted[sorted.length - 1];
            boolean flat = max - min <= Math.abs(max) * 1e-9 + 1e-12;
            double margin = flat ? Math.max(1e-3, Math.abs(max) * 0.1) : 0;
            return new Range(min - margin, max + margin);
        }

        double length() {
            return max - min;
        }
    }
}
