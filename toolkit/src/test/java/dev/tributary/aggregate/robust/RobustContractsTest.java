package dev.tributary.aggregate.robust;

import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.testkit.AggregatorContract;

import org.junit.jupiter.api.Nested;

/** Every robust rule is an aggregator like the others. */
class RobustContractsTest {

    @Nested
    class OfCoordinateMedian extends AggregatorContract {
        @Override
        protected Aggregator open(NDManager manager, ParameterLayout layout) {
            return new CoordinateMedian().apply(manager, layout);
        }
    }

    @Nested
    class OfTrimmedMean extends AggregatorContract {
        @Override
        protected Aggregator open(NDManager manager, ParameterLayout layout) {
            return new TrimmedMean(2).apply(manager, layout);
        }

        @Override
        protected int fewest() {
            return 5;
        }
    }

    @Nested
    class OfKrum extends AggregatorContract {
        @Override
        protected Aggregator open(NDManager manager, ParameterLayout layout) {
            return new Krum(1).apply(manager, layout);
        }

        @Override
        protected int fewest() {
            return 5;
        }
    }

    @Nested
    class OfMultiKrum extends AggregatorContract {
        @Override
        protected Aggregator open(NDManager manager, ParameterLayout layout) {
            return new MultiKrum(2, 0).apply(manager, layout);
        }

        @Override
        protected int fewest() {
            return 7;
        }
    }

    @Nested
    class OfBulyan extends AggregatorContract {
        @Override
        protected Aggregator open(NDManager manager, ParameterLayout layout) {
            return new Bulyan(1).apply(manager, layout);
        }

        @Override
        protected int fewest() {
            return 7;
        }
    }

    @Nested
    class OfGeometricMedian extends AggregatorContract {
        @Override
        protected Aggregator open(NDManager manager, ParameterLayout layout) {
            return new GeometricMedian(16, 1e-6).apply(manager, layout);
        }
    }

    @Nested
    class OfCenteredClipping extends AggregatorContract {
        @Override
        protected Aggregator open(NDManager manager, ParameterLayout layout) {
            return new CenteredClipping(1e9, 1).apply(manager, layout);
        }
    }

    @Nested
    class OfNormClipping extends AggregatorContract {
        @Override
        protected Aggregator open(NDManager manager, ParameterLayout layout) {
            return new NormClipping(1e9).apply(manager, layout);
        }
    }
}
