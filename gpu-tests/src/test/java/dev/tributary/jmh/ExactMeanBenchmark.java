package dev.tributary.jmh;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.device.DeviceSelector;
import dev.tributary.device.GradientScope;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * An update into the exact weighted mean, from the host and on the device, beside a copy within the
 * device. Each call waits for the device.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class ExactMeanBenchmark {
    private static final NDIndex ALL = new NDIndex(":");
    private static final float VALUE = 0.5f;

    /** {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}. */
    @Param("auto")
    public String device;

    /** Elements of an update. */
    @Param({"199210", "25000000"})
    public int parameters;

    private NDManager manager;
    private ExactWeightedMean mean;
    private HostVector update;
    private NDArray resident;
    private NDArray copy;
    private NDArray probe;

    /** Makes the vectors. */
    @Setup
    public void open() {
        manager = NDManager.newBaseManager(DeviceSelector.select(device).device());
        try (GradientScope off = GradientScope.off()) {
            ParameterLayout layout = ParameterLayout.builder().trainable("w", parameters).build();
            mean = new ExactWeightedMean(manager, layout);
            float[] values = new float[parameters];
            Arrays.fill(values, VALUE);
            update = HostVector.of(values);
            resident = manager.full(new Shape(parameters), VALUE);
            copy = manager.zeros(new Shape(parameters));
            probe = manager.zeros(new Shape(1));
        }
    }

    /** From host memory. */
    @Benchmark
    public float foldFromHost() throws IOException {
        mean.reset();
        mean.accumulate(update, VALUE, 1);
        return folded();
    }

    /** On the device already. */
    @Benchmark
    public float foldOnDevice() {
        mean.reset();
        mean.accumulate(resident, VALUE, 1);
        return folded();
    }

    /** The baseline: reads and writes the vector once. */
    @Benchmark
    public float copyOnDevice() {
        try (GradientScope off = GradientScope.off()) {
            copy.set(ALL, resident);
            return last(copy);
        }
    }

    /** Frees them. */
    @TearDown
    public void close() {
        mean.close();
        manager.close();
    }

    private float folded() {
        mean.finish(parameters - 1, probe);
        return last(probe);
    }

    private static float last(NDArray vector) {
        try (NDManager scope = vector.getManager().newSubManager();
                NDArray value = vector.get(vector.size() - 1)) {
            value.attach(scope);
            return value.getFloat();
        }
    }
}
