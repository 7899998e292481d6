package dev.tributary.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.initializer.Initializer;

import dev.tributary.data.LocalDataset;
import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.FlatParameters;

import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Tiny data and models, made from seeds. */
final class TrainingFixtures {
    static final int FEATURES = 12;
    static final int CLASSES = 3;

    private TrainingFixtures() {}

    /** Classes that differ in where they are bright, with noise. */
    static LocalDataset blobs(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] features = new float[count * FEATURES];
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(CLASSES);
            labels[i] = label;
            for (int j = 0; j < FEATURES; j++) {
                double bright = j % CLASSES == label ? 1 : 0;
                features[i * FEATURES + j] = (float) (bright + random.nextDouble() - 0.5);
            }
        }
        return new LocalDataset(features, new long[] {FEATURES}, labels, CLASSES);
    }

    static Block mlp() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(CLASSES).build());
    }

    /** Initializes a block for the blobs, with values from the seed alone. */
    static Block initialize(Block block, NDManager manager, long seed) {
        NativeStack.engine();
        SplittableRandom random = new SplittableRandom(seed);
        try (GradientScope off = GradientScope.off()) {
            // DJL's own initializer would draw from the engine's generator.
            block.setInitializer(Initializer.ZEROS, Parameter.Type.WEIGHT);
            block.initialize(manager, DataType.FLOAT32, new Shape(4, FEATURES));
            FlatParameters parameters = FlatParameters.of(block);
            try (NDArray flat = manager.zeros(new Shape(parameters.layout().size()))) {
                parameters.pack(flat);
                float[] values = flat.toFloatArray();
                for (int i = 0; i < values.length; i++) {
                    values[i] += (float) (random.nextDouble() - 0.5) * 0.4f;
                }
                try (NDArray moved = manager.create(values)) {
                    parameters.unpack(moved);
                }
            }
        }
        return block;
    }

    /** A block with its trainer, vector and data on the CPU. */
    static final class Bench implements AutoCloseable {
        final NDManager manager;
        final Block block;
        final LocalTrainer trainer;
        final NDArray flat;
        final DeviceDataset data;

        Bench(Supplier<Block> model, LocalDataset examples) {
            NativeStack.engine();
            manager = NDManager.newBaseManager(Device.cpu());
            block = initialize(model.get(), manager, 7);
            trainer = new LocalTrainer(block, new SparseCrossEntropy(), Device.cpu());
            flat = manager.zeros(new Shape(trainer.layout().size()));
            reset();
            data = DeviceDataset.of(examples, Device.cpu());
        }

        /** Puts the block's initial parameters into the vector. */
        void reset() {
            FlatParameters.of(block).pack(flat);
        }

        @Override
        public void close() {
            data.close();
            trainer.close();
            manager.close();
        }
    }
}
