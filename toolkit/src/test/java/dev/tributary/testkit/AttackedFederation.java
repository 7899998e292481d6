package dev.tributary.testkit;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.initializer.Initializer;

import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;
import dev.tributary.strategy.GlobalVector;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.SparseCrossEntropy;
import dev.tributary.training.TrainingException;
import dev.tributary.training.TrainingPlan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Clients with IID shares of one data set, of which the first few attack; on the CPU. */
public final class AttackedFederation implements AutoCloseable {
    private static final NDIndex ALL = new NDIndex(":");

    private final int attackers;
    private final TrainingPlan plan;
    private final RandomStreams streams;
    private final List<LocalDataset> shares = new ArrayList<>();
    private final NDManager manager;
    private final LocalTrainer trainer;
    private final NDArray working;
    private final DeviceDataset test;

    /**
     * @param source the data set
     * @param clients all clients
     * @param attackers how many of them attack
     * @param plan what each does in a round
     * @param hidden units of the layers between input and output
     */
    public AttackedFederation(
            DatasetSource source, int clients, int attackers, TrainingPlan plan, int... hidden) {
        NativeStack.engine();
        this.attackers = attackers;
        this.plan = plan;
        this.streams = new RandomStreams(1);
        PartitionPlan partition = new PartitionPlan("iid", Map.of(), clients);
        for (int[] share :
                partition.partitioner().partition(source.trainLabels(), clients, streams)) {
            shares.add(source.train(share));
        }
        manager = NDManager.newBaseManager(Device.cpu());
        Block block = mlp(source, hidden);
        trainer = new LocalTrainer(block, new SparseCrossEntropy(), Device.cpu());
        working = manager.zeros(new Shape(trainer.layout().size()), DataType.FLOAT32);
        test = DeviceDataset.of(source.test(), Device.cpu());
    }

    /** Test accuracy after so many rounds; a run whose model is no longer finite ends there. */
    public double accuracy(Strategy strategy, Attack attack, int rounds) throws IOException {
        List<DeviceDataset> data = new ArrayList<>();
        try (GradientScope off = GradientScope.off();
                GlobalVector model = new GlobalVector(Device.cpu(), trainer.layout(), strategy)) {
            for (int i = 0; i < shares.size(); i++) {
                LocalDataset own = shares.get(i);
                data.add(DeviceDataset.of(i < attackers ? attack.data(own) : own, Device.cpu()));
            }
            initialize(model.flat());
            boolean finite = true;
            for (int round = 1; round <= rounds && finite; round++) {
                finite = round(model, data, attack, round);
            }
            return finite ? trainer.evaluate(model.flat(), test, 256).accuracy() : 0;
        } finally {
            data.forEach(DeviceDataset::close);
        }
    }

    @Override
    public void close() {
        test.close();
        trainer.close();
        manager.close();
    }

    private boolean round(GlobalVector model, List<DeviceDataset> data, Attack attack, int round)
            throws IOException {
        List<float[]> updates = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            working.set(ALL, model.flat());
            try {
                trainer.train(
                        working,
                        data.get(i),
                        plan,
                        round,
                        streams,
                        "client-" + i,
                        (done, loss) -> {});
            } catch (TrainingException e) {
                // From a model that is lost no client can train.
                return false;
            }
            working.subi(model.flat());
            updates.add(working.toFloatArray());
        }
        List<float[]> honest = List.copyOf(updates.subList(attackers, updates.size()));
        for (int i = 0; i < updates.size(); i++) {
            float[] own = updates.get(i);
            float[] sent =
                    i < attackers
                            ? attack.update(
                                    own,
                                    honest,
                                    streams.stream(Purpose.GENERATION, round, "client-" + i))
                            : own;
            int examples = shares.get(i).exampleCount();
            model.fold(HostVector.of(sent), SeededCases.magnitude(sent), examples);
        }
        return model.step(shares.size());
    }

    /** Uniform, within the inverse root of the fan-in; biases are 0. */
    private void initialize(NDArray flat) throws IOException {
        float[] values = new float[Math.toIntExact(flat.size())];
        for (TensorSpec tensor : trainer.layout().tensors()) {
            if (tensor.shape().size() == 2) {
                double bound = 1 / Math.sqrt(tensor.shape().get(1));
                streams.stream(Purpose.INITIALIZATION, 0, tensor.name())
                        .doubles(tensor.size(), -bound, bound)
                        .forEach(new Filling(values, (int) tensor.offset())::put);
            }
        }
        HostTransfer.toDevice(HostVector.of(values), flat);
    }

    private static final class Filling {
        private final float[] values;
        private int next;

        Filling(float[] values, int next) {
            this.values = values;
            this.next = next;
        }

        void put(double value) {
            values[next++] = (float) value;
        }
    }

    private Block mlp(DatasetSource source, int... hidden) {
        long features = 1;
        for (long extent : source.featureShape()) {
            features *= extent;
        }
        SequentialBlock block = new SequentialBlock().add(Blocks.batchFlattenBlock(features));
        for (int units : hidden) {
            block.add(Linear.builder().setUnits(units).build()).add(Activation::relu);
        }
        block.add(Linear.builder().setUnits(source.classCount()).build());
        try (GradientScope off = GradientScope.off()) {
            block.setInitializer(Initializer.ZEROS, Parameter.Type.WEIGHT);
            block.initialize(manager, DataType.FLOAT32, new Shape(1, features));
        }
        return block;
    }
}
