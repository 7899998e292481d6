package dev.tributary.agent.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The exact weighted mean of one size on one device, each step beside what it cannot be faster
 * than, in turn, so that both meet the same machine.
 */
final class FoldBenchmark implements AutoCloseable {
    private static final NDIndex ALL = new NDIndex(":");
    private static final float VALUE = 0.5f;
    private static final double WEIGHT = 600;
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private final NDManager manager;
    private final NDArray host;
    private final NDArray resident;
    private final NDArray copy;
    private final NDArray probe;
    private final ExactWeightedMean mean;

    FoldBenchmark(Device device, long parameters) {
        NativeStack.engine();
        manager = NDManager.newBaseManager(device);
        try (GradientScope off = GradientScope.off()) {
            Shape shape = new Shape(parameters);
            host = manager.newSubManager(Device.cpu()).full(shape, VALUE, DataType.FLOAT32);
            resident = manager.full(shape, VALUE, DataType.FLOAT32);
            copy = manager.zeros(shape, DataType.FLOAT32);
            probe = manager.zeros(new Shape(1), DataType.FLOAT32);
            mean =
                    new ExactWeightedMean(
                            manager, ParameterLayout.builder().trainable("w", parameters).build());
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** A piece of work on the device; it may go on when this returns. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /** How long each takes, once. */
    private record Times(double hostCopy, double hostFold, double deviceCopy, double deviceFold) {}

    /** Measures all, so many times once the code is compiled. */
    FoldBenchResult.Row measure(int repetitions) throws IOException {
        List<Times> times = new ArrayList<>();
        HostVector update = hostVector();
        try (GradientScope off = GradientScope.off()) {
            long start = System.nanoTime();
            do {
                once(update);
            } while (System.nanoTime() - start < WARM_UP.toNanos());
            for (int i = 0; i < repetitions; i++) {
                times.add(once(update));
            }
        }
        return new FoldBenchResult.Row(
                host.size(),
                median(times, Times::hostCopy),
                median(times, Times::hostFold),
                median(times, Times::deviceCopy),
                median(times, Times::deviceFold));
    }

    private Times once(HostVector update) throws IOException {
        double hostCopy = arriving();
        double hostFold = folding(() -> mean.accumulate(update, VALUE, WEIGHT));
        double deviceCopy = seconds(() -> copy.set(ALL, resident), copy);
        double deviceFold = folding(() -> mean.accumulate(resident, VALUE, WEIGHT));
        mean.reset();
        return new Times(hostCopy, hostFold, deviceCopy, deviceFold);
    }

    @Override
    public void close() {
        mean.close();
        manager.close();
    }

    private HostVector hostVector() {
        ByteBuffer bytes = HostTransfer.hostBytes(host);
        return new HostVector() {
            @Override
            public long size() {
                return host.size();
            }

            @Override
            public void read(long offset, ByteBuffer destination) {
                destination.put(bytes.slice((int) (offset * Float.BYTES), destination.remaining()));
            }
        };
    }

    /** The whole vector at once, by the engine's own copy, which waits for a GPU to have it. */
    private double arriving() throws IOException {
        long start = System.nanoTime();
        try (NDManager scope = host.getManager().newSubManager()) {
            NDArray source = FlatParameters.slice(host, 0, host.size());
            source.attach(scope);
            Device device = manager.getDevice();
            NDArray arrived = device.isGpu() ? source.toDevice(device, false) : source.duplicate();
            requireValue(arrived);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private double folding(Work fold) throws IOException {
        return seconds(
                () -> {
                    fold.run();
                    mean.finish(mean.layout().size() - 1, probe);
                },
                probe);
    }

    private static double seconds(Work work, NDArray result) throws IOException {
        long start = System.nanoTime();
        work.run();
        requireValue(result);
        return (System.nanoTime() - start) / 1e9;
    }

    /** Reading the last element waits for the device. */
    private static void requireValue(NDArray result) {
        try (NDManager scope = result.getManager().newSubManager();
                NDArray last = FlatParameters.slice(result, result.size() - 1, result.size())) {
            last.attach(scope);
            float found = HostTransfer.hostBytes(last).getFloat(0);
            if (found != VALUE) {
                throw new IllegalStateException("expected " + VALUE + ", found " + found);
            }
        }
    }

    private static double median(List<Times> times, ToDoubleFunction<Times> of) {
        return times.stream().mapToDouble(of).sorted().toArray()[times.size() / 2];
    }
}
