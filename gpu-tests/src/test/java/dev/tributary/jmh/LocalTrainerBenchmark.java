package dev.tributary.jmh;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.LocalDataset;
import dev.tributary.device.DeviceSelector;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.LocalResult;
import dev.tributary.training.LocalTrainer;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A client's local epoch over 600 examples, in time per example. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class LocalTrainerBenchmark {
    private static final int EXAMPLES = 600;
    private static final RandomStreams STREAMS = new RandomStreams(1);

    /** {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}. */
    @Param("auto")
    public String device;

    /** A classifier of the catalog. */
    @Param({"mlp", "cnn"})
    public String model;

    /** Local batch size. */
    @Param({"10", "50"})
    public int batch;

    private NDManager manager;
    private LocalTrainer trainer;
    private DeviceDataset data;
    private NDArray flat;
    private int round;

    /** Builds model and data. */
    @Setup
    public void open() {
        Device where = DeviceSelector.select(device).device();
        manager = NDManager.newBaseManager(where);
        LocalDataset examples =
                DatasetCatalog.load()
                        .open("digits", null, Map.of(), 1)
                        .train(IntStream.range(0, EXAMPLES).toArray());
        ModelCatalog catalog = ModelCatalog.load();
        ModelDefinition definition =
                catalog.create(
                        catalog.complete(
                                new ModelSpec(model, Map.of()),
                                examples.featureShape(),
                                examples.classCount()));
        trainer = new LocalTrainer(definition.newBlock(manager), definition.loss(), where);
        data = DeviceDataset.of(examples, where);
        flat = manager.zeros(new Shape(definition.layout().size()));
        definition.initialize(flat, STREAMS);
    }

    /** One epoch of plain SGD. */
    @Benchmark
    @OperationsPerInvocation(EXAMPLES)
    public LocalResult epoch() {
        return trainer.train(
                flat,
                data,
                TrainingPlan.sgd(1, batch, 0.01),
                ++round,
                STREAMS,
                "c",
                ProgressListener.NONE);
    }

    /** Frees all. */
    @TearDown
    public void close() {
        data.close();
        trainer.close();
        manager.close();
    }
}
