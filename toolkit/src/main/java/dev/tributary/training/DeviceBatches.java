package dev.tributary.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import dev.tributary.parameters.HostTransfer;

import java.nio.LongBuffer;
import java.util.SplittableRandom;

/**
 * The batches of a data set's epochs.
 *
 * <p>Shuffled examples are gathered a block of batches at a time and the batches are views of the
 * block: gathering each batch by itself costs three times as much on a CPU, and permuting all the
 * data at once would hold it twice. One thread.
 */
final class DeviceBatches {
    private static final long BLOCK_BYTES = 8L << 20;

    private final DeviceDataset data;
    private final int batchSize;
    private final boolean joinSingle;

    /**
     * @param batchSize examples in a batch; more than there are means all
     * @param joinSingle whether a last batch of one example joins the one before, for models that
     *     take a variance over the batch
     */
    DeviceBatches(DeviceDataset data, int batchSize, boolean joinSingle) {
        this.data = data;
        this.batchSize = Math.min(batchSize, data.exampleCount());
        this.joinSingle = joinSingle;
    }

    /** Takes the arrays of one batch, which its scope closes afterwards. */
    @FunctionalInterface
    interface BatchConsumer {
        void accept(NDManager scope, NDArray features, NDArray labels);
    }

    int batchSize() {
        return batchSize;
    }

    int batchesPerEpoch() {
        int count = data.exampleCount();
        int rest = count % batchSize;
        int whole = count / batchSize;
        return rest == 0 || (rest == 1 && joinSingle && whole > 0) ? whole : whole + 1;
    }

    /** Hands out all examples in their own order, without copies. */
    void inOrder(NDManager parent, BatchConsumer consumer) {
        forEach(parent, data.features(), data.labels(), data.exampleCount(), consumer);
    }

    /**
     * Hands out all examples in a random order.
     *
     * @param order the previous order, permuted further in place; all indices from 0 at first
     */
    void shuffled(NDManager parent, long[] order, SplittableRandom random, BatchConsumer consumer) {
        shuffle(order, random);
        long rowBytes = Math.max(1, data.featureShape().size() * Float.BYTES);
        int perBlock =
                (int) Math.max(1, Math.min(BLOCK_BYTES / rowBytes, order.length) / batchSize);
        try (NDManager epoch = parent.newSubManager()) {
            NDArray indices = indices(epoch, order);
            int from = 0;
            while (from < order.length) {
                int to = Math.min(order.length, from + perBlock * batchSize);
                if (joinSingle && order.length - to == 1) {
                    to = order.length;
                }
                block(epoch, indices, from, to, consumer);
                from = to;
            }
        }
    }

    private void block(NDManager epoch, NDArray indices, int from, int to, BatchConsumer consumer) {
        try (NDManager scope = epoch.newSubManager();
                NDArray rows = rows(indices, from, to)) {
            NDArray features = data.features().get(rows);
            features.attach(scope);
            NDArray labels = data.labels().get(rows);
            labels.attach(scope);
            forEach(scope, features, labels, to - from, consumer);
        }
    }

    private void forEach(
            NDManager parent, NDArray features, NDArray labels, int count, BatchConsumer consumer) {
        int from = 0;
        while (from < count) {
            int to = Math.min(count, from + batchSize);
            if (joinSingle && count - to == 1) {
                to = count;
            }
            try (NDManager scope = parent.newSubManager()) {
                NDArray batch = rows(features, from, to);
                batch.attach(scope);
                NDArray batchLabels = rows(labels, from, to);
                batchLabels.attach(scope);
                consumer.accept(scope, batch, batchLabels);
            }
            from = to;
        }
    }

    /** A view; one call into the engine, where DJL's index objects take three times as long. */
    private static NDArray rows(NDArray array, long from, long to) {
        return JniUtils.slice((PtNDArray) array, 0, from, to, 1);
    }

    private static NDArray indices(NDManager epoch, long[] order) {
        // Device.cpu() does not suffice: the array must own its memory, so no create(long[]).
        NDArray host =
                epoch.newSubManager(Device.cpu()).zeros(new Shape(order.length), DataType.INT64);
        LongBuffer target = HostTransfer.hostBytes(host).asLongBuffer();
        target.put(order);
        return epoch.getDevice().isGpu() ? host.toDevice(epoch.getDevice(), false) : host;
    }

    private static void shuffle(long[] order, SplittableRandom random) {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
    }
}
