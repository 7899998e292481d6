package dev.tributary.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;

import java.nio.LongBuffer;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

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
    private final Shape example;
    private final NDArray labels;
    private final BatchLoss loss;
    private final int count;
    private final int batchSize;
    private final boolean joinSingle;

    /**
     * @param scope owns the views of the data
     * @param example the shape that the model wants an example in; the data's own if its size is
     *     unknown
     * @param loss says how it wants the labels
     * @param batchSize examples in a batch; more than there are means all
     * @param joinSingle whether a last batch of one example joins the one before, for models that
     *     take a variance over the batch
     */
    DeviceBatches(
            NDManager scope,
            DeviceDataset data,
            Shape example,
            BatchLoss loss,
            int batchSize,
            boolean joinSingle) {
        this.data = data;
        this.count = data.exampleCount();
        boolean known = example.dimension() > 0 && example.size() == data.featureShape().size();
        this.example = known ? example : data.featureShape();
        this.labels = loss.arrange(data.labels());
        if (labels != data.labels()) {
            labels.attach(scope);
        }
        this.loss = loss;
        this.batchSize = Math.min(batchSize, count);
        // Where every batch is of one example, none would be better off.
        this.joinSingle = joinSingle && this.batchSize > 1;
    }

    /** Takes the arrays of one batch, which its scope closes afterwards. */
    @FunctionalInterface
    interface BatchConsumer {
        void accept(NDManager scope, NDArray features, NDArray labels, long size);
    }

    /** Makes other features of those of a block of an epoch's examples. */
    @FunctionalInterface
    interface Change {
        /** Leaves them as they are. */
        Change NONE = (scope, features, from) -> features;

        /**
         * The features to go on with.
         *
         * @param scope owns features and result
         * @param from which of the epoch's examples is the first
         */
        NDArray of(NDManager scope, NDArray features, int from);
    }

    BatchLoss loss() {
        return loss;
    }

    int batchSize() {
        return batchSize;
    }

    int batchesPerEpoch() {
        int rest = count % batchSize;
        int whole = count / batchSize;
        return rest == 0 || (rest == 1 && joinSingle && whole > 0) ? whole : whole + 1;
    }

    /** Hands out all examples in their own order; without copies where they lie so in memory. */
    void inOrder(NDManager parent, BatchConsumer consumer) {
        if (!data.contiguous()) {
            blocks(parent, data.order(), Change.NONE, consumer);
            return;
        }
        try (NDArray features = shaped(data.features())) {
            forEach(parent, features, labels, count, consumer);
        }
    }

    /**
     * Hands out all examples in a random order.
     *
     * @param order the previous order, permuted further in place; the data set's own at first
     * @param change what becomes of the features on the way
     */
    void shuffled(
            NDManager parent,
            long[] order,
            SplittableRandom random,
            Change change,
            BatchConsumer consumer) {
        shuffle(order, random);
        blocks(parent, order, change, consumer);
    }

    private void blocks(NDManager parent, long[] order, Change change, BatchConsumer consumer) {
        int[] bounds = bounds(order.length);
        try (NDManager epoch = parent.newSubManager()) {
            NDArray indices = indices(epoch, order);
            try (BlockFeatures features = data.blocks(order, bounds)) {
                for (int i = 0; i + 1 < bounds.length; i++) {
                    block(epoch, indices, bounds[i], bounds[i + 1], features, change, consumer);
                }
            }
        }
    }

    /** Where blocks begin, and where the last one ends. */
    private int[] bounds(int examples) {
        long rowBytes = example.size() * Float.BYTES;
        int perBlock = (int) Math.max(1, Math.min(BLOCK_BYTES / rowBytes, count) / batchSize);
        IntStream.Builder bounds = IntStream.builder();
        int from = 0;
        while (from < examples) {
            bounds.add(from);
            int to = Math.min(examples, from + perBlock * batchSize);
            from = joinSingle && examples - to == 1 ? examples : to;
        }
        return bounds.add(examples).build().toArray();
    }

    private void block(
            NDManager epoch,
            NDArray indices,
            int from,
            int to,
            BlockFeatures features,
            Change change,
            BatchConsumer consumer) {
        try (NDManager scope = epoch.newSubManager();
                NDArray rows = FlatParameters.slice(indices, from, to)) {
            NDArray gathered = features.next(scope, rows);
            NDArray inputs = example.dimension() == 1 ? gathered : shaped(gathered);
            NDArray blockFeatures = change.of(scope, inputs, from);
            NDArray blockLabels = labels(rows, scope);
            forEach(scope, blockFeatures, blockLabels, to - from, consumer);
        }
    }

    private NDArray labels(NDArray rows, NDManager scope) {
        if (labels.getShape().dimension() == 2) {
            return DeviceDataset.rows(labels, rows, scope);
        }
        NDArray chosen = labels.get(rows);
        chosen.attach(scope);
        return chosen;
    }

    private void forEach(
            NDManager parent, NDArray inputs, NDArray targets, int rows, BatchConsumer consumer) {
        int from = 0;
        while (from < rows) {
            int to = Math.min(rows, from + batchSize);
            if (joinSingle && rows - to == 1) {
                to = rows;
            }
            try (NDManager scope = parent.newSubManager()) {
                NDArray batch = FlatParameters.slice(inputs, from, to);
                batch.attach(scope);
                NDArray batchLabels = FlatParameters.slice(targets, from, to);
                batchLabels.attach(scope);
                consumer.accept(scope, batch, batchLabels, to - from);
            }
            from = to;
        }
    }

    /** As the model wants them: here, and not by a layer of the model in each batch. */
    private NDArray shaped(NDArray rows) {
        return rows.reshape(new Shape(rows.getShape().get(0)).addAll(example));
    }

    private static NDArray indices(NDManager epoch, long[] order) {
        // Not create(long[]): views of such an array do not keep its memory alive.
        NDArray host =
                epoch.newSubManager(Device.cpu()).create(new Shape(order.length), DataType.INT64);
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
