package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.00 kB",
        "9994, 9.99 kB",
        "9995, 10.0 kB",
        "99949, 99.9 kB",
        "999499, 999 kB",
        "999500, 1.00 MB",
        "1593680, 1.59 MB",
        "100000000, 100 MB",
        "2400000000, 2.40 GB",
        "9223372036854775807, 9.22 EB",
    })
    void bytesHaveThreeDigitsAndADecimalUnit(long bytes, String expected) {
        assertThat(Format.bytes(bytes)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "0.0124, 12 ms",
        "0.9996, 1.0 s",
        "12.34, 12.3 s",
        "59.96, 1m 00s",
        "72, 1m 12s",
        "3599.4, 59m 59s",
        "3599.6, 1h 00m",
        "7500, 2h 05m",
    })
    void durationsShowTheTwoUnitsThatMatter(double seconds, String expected) {
        assertThat(Format.duration(seconds)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 %", "0.344, 34 %", "0.999, 99 %", "1, 100 %"})
    void onlyTheWholeIsAHundredPercent(double fraction, String expected) {
        assertThat(Format.percent(fraction)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0.95123, 0.9512", "2.302585, 2.3026", "1e9, 1.000e+09", "NaN, NaN"})
    void metricsHaveFourDecimals(double value, String expected) {
        assertThat(Format.metric(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, '0'", "199210, '199,210'", "1663370, '1,663,370'"})
    void countsMarkThousands(long count, String expected) {
        assertThat(Format.count(count)).isEqualTo(expected);
    }
}
