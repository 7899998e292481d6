package dev.tributary.data.table;

import dev.tributary.data.DataException;
import dev.tributary.data.NumberStatistics;
import dev.tributary.data.QuantileSketch;

/** How a column of numbers becomes a feature of about 1. */
enum Scaling {
    /** Minus the mean, by the population deviation. */
    STANDARD {
        @Override
        double center(NumberStatistics known) {
            return known.mean();
        }

        @Override
        double spread(NumberStatistics known) {
            return known.deviation();
        }
    },
    /** The least known number becomes 0, the greatest 1. */
    RANGE {
        @Override
        double center(NumberStatistics known) {
            return known.min() == null ? Double.NaN : known.min();
        }

        @Override
        double spread(NumberStatistics known) {
            return known.max() == null ? Double.NaN : known.max() - center(known);
        }
    },
    /** Minus the median, by the distance of the quartiles: a few wild numbers do not matter. */
    ROBUST {
        @Override
        double center(NumberStatistics known) {
            return known.sketch().quantile(0.5);
        }

        @Override
        double spread(NumberStatistics known) {
            QuantileSketch sketch = known.sketch();
            return sketch.quantile(0.75) - sketch.quantile(0.25);
        }
    };

    abstract double center(NumberStatistics known);

    abstract double spread(NumberStatistics known);

    /**
     * The encoder of a column; numbers that do not differ keep their distance.
     *
     * @throws DataException if no number is known
     */
    ColumnEncoder of(String column, NumberStatistics known) {
        if (known.count() == 0) {
            throw new DataException(
                    "column \"%s\": expected at least one number, found all values missing"
                            .formatted(column));
        }
        double spread = spread(known);
        return new ColumnEncoder.Scaled(column, center(known), spread > 0 ? spread : 1);
    }
}
