package dev.tributary.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The features of a pass over a data set, a block of examples after the other. One thread. */
interface BlockFeatures extends AutoCloseable {

    /**
     * Those of the next block.
     *
     * @param scope owns the result
     * @param rows int64, the examples of the block
     * @return float32 {@code [rows, values of an example]}
     */
    NDArray next(NDManager scope, NDArray rows);

    @Override
    void close();

    /**
     * Of features that are on the device.
     *
     * @param features of all examples; another's
     */
    record Resident(NDArray features) implements BlockFeatures {
        @Override
        public NDArray next(NDManager scope, NDArray rows) {
            return DeviceDataset.rows(features, rows, scope);
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
