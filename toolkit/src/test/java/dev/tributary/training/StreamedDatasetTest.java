package dev.tributary.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

import dev.tributary.data.DataException;
import dev.tributary.data.ExampleReader;
import dev.tributary.data.LocalDataset;
import dev.tributary.device.NativeStack;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.TrainingFixtures.Bench;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;

/** Law: data that streams trains and evaluates to the very bits of data that is resident. */
class StreamedDatasetTest {
    private static final RandomStreams STREAMS = new RandomStreams(3);
    private static final int WIDE = 1 << 19;

    @Test
    void streamedDataGivesTheVeryModelOfResidentData() {
        LocalDataset blobs = TrainingFixtures.blobs(103, 1);
        LocalDataset images =
                new LocalDataset(
                        blobs.features(), new long[] {1, 3, 4}, blobs.labels(), blobs.classCount());
        TrainingPlan plan = TrainingPlan.sgd(3, 8, 0.1).withAugmentation(new Augmentation(1, true));
        try (Bench bench = new Bench(TrainingFixtures::mlp, images);
                DeviceDataset streamed =
                        DeviceDataset.streamed(new RecordingReader(images), Device.cpu())) {
            LocalResult resident = train(bench, bench.data, plan);
            float[] expected = bench.flat.toFloatArray();
            EvaluationResult measured = bench.trainer.evaluate(bench.flat, bench.data, 10);
            int arrays = bench.trainer.manager().getManagedArrays().size();
            bench.reset();
            LocalResult read = train(bench, streamed, plan);
            assertThat(bench.flat.toFloatArray()).containsExactly(expected);
            assertThat(read.epochLosses()).isEqualTo(resident.epochLosses());
            EvaluationResult again = bench.trainer.evaluate(bench.flat, streamed, 10);
            assertThat(again.meanLoss()).isEqualTo(measured.meanLoss());
            assertThat(again.accuracy()).isEqualTo(measured.accuracy());
            assertThat(bench.trainer.manager().getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    void noMoreThanABlockIsReadAtATimeAndEachEpochInAnotherOrder() {
        RecordingReader reader = new RecordingReader(new WideReader(20));
        NativeStack.engine();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                DeviceDataset data = DeviceDataset.streamed(reader, Device.cpu())) {
            DeviceBatches batches =
                    new DeviceBatches(
                            manager,
                            data,
                            data.featureShape(),
                            new BatchLoss.Mean(new SparseCrossEntropy()),
                            2,
                            false);
            long[] order = LongStream.range(0, 20).toArray();
            SplittableRandom random = new SplittableRandom(1);
            List<Float> seen = new ArrayList<>();
            for (int epoch = 0; epoch < 2; epoch++) {
                batches.shuffled(
                        manager,
                        order,
                        random,
                        DeviceBatches.Change.NONE,
                        (scope, features, labels, size) -> {
                            seen.add(features.getFloat(0, 0));
                            seen.add(features.getFloat(1, WIDE - 1));
                        });
            }
            // A block is 8 MiB: four examples of 2 MiB.
            assertThat(reader.sizes).containsOnly(4).hasSize(10);
            assertThat(seen.subList(0, 20)).doesNotHaveDuplicates();
            assertThat(seen.subList(20, 40))
                    .containsExactlyInAnyOrderElementsOf(seen.subList(0, 20))
                    .isNotEqualTo(seen.subList(0, 20));
        }
    }

    @Test
    void failureToReadEndsTheTraining() {
        LocalDataset blobs = TrainingFixtures.blobs(30, 1);
        ExampleReader broken =
                new RecordingReader(blobs) {
                    @Override
                    public LocalDataset read(int[] positions) {
                        throw new DataException("disk: expected rows, found none");
                    }
                };
        try (Bench bench = new Bench(TrainingFixtures::mlp, blobs);
                DeviceDataset data = DeviceDataset.streamed(broken, Device.cpu())) {
            assertThatThrownBy(() -> train(bench, data, TrainingPlan.sgd(1, 8, 0.1)))
                    .isInstanceOf(DataException.class);
        }
    }

    @Test
    void nextBlockIsReadWhileOneIsTrainedOnAndNoMore() throws InterruptedException {
        AwaitedReader reader = new AwaitedReader(20);
        List<Integer> begun = new ArrayList<>();
        pass(
                reader,
                20,
                batch -> {
                    // Two batches of two examples a block of four; five blocks.
                    int block = batch / 2 + 1;
                    reader.awaitBegun(Math.min(5, block + 1));
                    begun.add(reader.begun());
                });
        assertThat(begun).containsExactly(2, 2, 3, 3, 4, 4, 5, 5, 5, 5);
        assertNoReaderIsLeft();
    }

    @Test
    void blockThatCannotBeReadEndsThePassWhenItIsItsTurn() throws InterruptedException {
        AwaitedReader reader = new AwaitedReader(20);
        reader.failing = 3;
        List<Integer> batches = new ArrayList<>();
        assertThatThrownBy(() -> pass(reader, 20, batches::add))
                .isInstanceOf(DataException.class)
                .hasMessage("disk: expected rows, found none");
        assertThat(batches).containsExactly(0, 1, 2, 3);
        assertNoReaderIsLeft();
    }

    @Test
    void trainingThatIsStoppedLeavesNoReaderBehind() throws InterruptedException {
        AwaitedReader reader = new AwaitedReader(20);
        assertThatThrownBy(
                        () ->
                                pass(
                                        reader,
                                        20,
                                        batch -> {
                                            throw new IllegalStateException("stopped");
                                        }))
                .hasMessage("stopped");
        assertThat(reader.begun()).isLessThanOrEqualTo(2);
        assertNoReaderIsLeft();
    }

    private static void pass(ExampleReader reader, int count, IntConsumer onBatch) {
        NativeStack.engine();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                DeviceDataset data = DeviceDataset.streamed(reader, Device.cpu())) {
            int[] batch = {0};
            new DeviceBatches(
                            manager,
                            data,
                            data.featureShape(),
                            new BatchLoss.Mean(new SparseCrossEntropy()),
                            2,
                            false)
                    .shuffled(
                            manager,
                            LongStream.range(0, count).toArray(),
                            new SplittableRandom(1),
                            DeviceBatches.Change.NONE,
                            (scope, features, labels, size) -> onBatch.accept(batch[0]++));
        }
    }

    private static void assertNoReaderIsLeft() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("data-reader")) {
                thread.join(10_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }

    private static LocalResult train(Bench bench, DeviceDataset data, TrainingPlan plan) {
        return bench.trainer.train(bench.flat, data, plan, 1, STREAMS, "a", ProgressListener.NONE);
    }

    /** Remembers how many examples it was asked for. */
    private static class RecordingReader implements ExampleReader {
        final List<Integer> sizes = new ArrayList<>();
        private final ExampleReader reader;

        RecordingReader(ExampleReader reader) {
            this.reader = reader;
        }

        @Override
        public float[] labels() {
            return reader.labels();
        }

        @Override
        public long[] featureShape() {
            return reader.featureShape();
        }

        @Override
        public int classCount() {
            return reader.classCount();
        }

        @Override
        public LocalDataset read(int[] positions) {
            sizes.add(positions.length);
            return reader.read(positions);
        }
    }

    /** Wide examples; tells how many blocks it has begun to read. */
    private static final class AwaitedReader extends RecordingReader {
        private int begun;
        private int failing;

        AwaitedReader(int count) {
            super(new WideReader(count));
        }

        @Override
        public LocalDataset read(int[] positions) {
            synchronized (this) {
                begun++;
                notifyAll();
                if (begun == failing) {
                    throw new DataException("disk: expected rows, found none");
                }
            }
            return super.read(positions);
        }

        synchronized int begun() {
            return begun;
        }

        synchronized void awaitBegun(int blocks) {
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (begun < blocks && System.nanoTime() < deadline) {
                try {
                    wait(100);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Examples of 2 MiB, whose features are their number. */
    private record WideReader(int count) implements ExampleReader {
        @Override
        public float[] labels() {
            return new float[count];
        }

        @Override
        public long[] featureShape() {
            return new long[] {WIDE};
        }

        @Override
        public int classCount() {
            return 2;
        }

        @Override
        public LocalDataset read(int[] positions) {
            float[] features = new float[positions.length * WIDE];
            for (int i = 0; i < positions.length; i++) {
                Arrays.fill(features, i * WIDE, (i + 1) * WIDE, positions[i]);
            }
            return new LocalDataset(
                    features, featureShape(), new float[positions.length], classCount());
        }
    }
}
