package dev.tributary.data.table;

import dev.tributary.data.DataException;

import java.util.regex.Pattern;

/** Decimal numbers as tables hold them: no "NaN", no hexadecimal, none beyond float32. */
final class Numbers {
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(\\d++(\\.\\d*+)?+|\\.\\d++)([eE][+-]?\\d++)?+");

    static final String EXPECTED = "a decimal number within the range of float32";

    private Numbers() {}

    static boolean isNumber(String text) {
        return DECIMAL.matcher(text).matches()
                && Math.abs(Double.parseDouble(text)) <= Float.MAX_VALUE;
    }

    /**
     * The number at a place of a table.
     *
     * @throws DataException if there is none
     */
    static double at(CsvTable table, int row, int column) {
        String text = table.text(row, column);
        if (!isNumber(text)) {
            throw table.wrong(row, column, EXPECTED);
        }
        return Double.parseDouble(text);
    }
}
