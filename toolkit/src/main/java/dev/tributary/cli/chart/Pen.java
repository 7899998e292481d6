package dev.tributary.cli.chart;

import java.util.List;

/**
 * How a curve is drawn: 28 that can be told apart.
 *
 * @param color as CSS has it
 * @param dashes lengths of dashes and gaps; empty for a solid line
 */
record Pen(String color, String dashes) {
    /** Of Okabe and Ito, which color-blind people tell apart. */
    private static final List<String> COLORS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555");

    private static final List<String> DASHES = List.of("", "8 5", "2 5", "10 4 2 4");

    /** The pen of the n-th curve, from 0. */
    static Pen of(int index) {
        int round = index / COLORS.size() % DASHES.size();
        return new Pen(COLORS.get(index % COLORS.size()), DASHES.get(round));
    }
}
