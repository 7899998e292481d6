package dev.tributary.simulation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunConfigBuilder;
import dev.tributary.data.LocalDataset;
import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.ModelSource;
import dev.tributary.training.SparseCrossEntropy;
import dev.tributary.training.TrainingPlan;

import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Clients with a few points on either side of a plane, and softmax regression. */
final class TinyWorld implements Population {
    static final int FEATURES = 4;
    private final int clients;

    TinyWorld(int clients) {
        this.clients = clients;
    }

    /** Client c has 3 + c examples. */
    @Override
    public SortedMap<String, Long> exampleCounts() {
        SortedMap<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < clients; i++) {
            counts.put("client-" + i, 3L + i);
        }
        return counts;
    }

    @Override
    public LocalDataset data(String client) {
        int index = Integer.parseInt(client.substring("client-".length()));
        return points(3 + index, index);
    }

    static LocalDataset points(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] features = new float[count * FEATURES];
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            float sum = 0;
            for (int j = 0; j < FEATURES; j++) {
                features[i * FEATURES + j] = (float) (random.nextDouble() - 0.5);
                sum += features[i * FEATURES + j];
            }
            labels[i] = sum > 0 ? 1 : 0;
        }
        return new LocalDataset(features, new long[] {FEATURES}, labels, 2);
    }

    static RunConfigBuilder run(int clients, int cohort, int rounds) {
        return RunConfig.builder(new ModelSpec("tiny", Map.of()), DataConfig.of("points", clients))
                .cohort(CohortConfig.of(cohort))
                .training(TrainingPlan.sgd(2, 2, 0.5))
                .rounds(rounds);
    }

    Simulation simulation(RunConfig config, int threads, SimulationListener listener) {
        return simulation(config, this, threads, listener);
    }

    static Simulation simulation(
            RunConfig config, Population population, int threads, SimulationListener listener) {
        return simulation(config, population, () -> layer(2), 0, threads, listener);
    }

    static Simulation simulation(
            RunConfig config,
            Population population,
            Supplier<Block> block,
            float start,
            int threads,
            SimulationListener listener) {
        Strategy strategy = Strategies.of(config);
        return new Simulation(
                new Simulation.Setting(
                        config, strategy, new TinyModel(block), population, points(300, 99)),
                flat -> flat.addi(start),
                Device.cpu(),
                threads,
                listener);
    }

    static Block layer(int units) {
        return Linear.builder().setUnits(units).build();
    }

    /** The final model. */
    static float[] vector(Simulation simulation) {
        try (NDArray copy = simulation.model().duplicate()) {
            return copy.toFloatArray();
        }
    }

    private record TinyModel(Supplier<Block> blocks) implements ModelSource {
        @Override
        public ParameterLayout layout() {
            NativeStack.engine();
            try (NDManager scratch = NDManager.newBaseManager(Device.cpu())) {
                return FlatParameters.of(newBlock(scratch)).layout();
            }
        }

        @Override
        public Loss loss() {
            return new SparseCrossEntropy();
        }

        @Override
        public Block newBlock(NDManager manager) {
            try (GradientScope off = GradientScope.off()) {
                Block block = blocks.get();
                block.setInitializer(Initializer.ZEROS, Parameter.Type.WEIGHT);
                block.initialize(manager, DataType.FLOAT32, new Shape(1, FEATURES));
                return block;
            }
        }
    }
}
