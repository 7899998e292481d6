package dev.tributary.jmh;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.device.DeviceSelector;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.strategy.Strategies;
import dev.tributary.testkit.SeededCases;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What a round's updates cost under each rule, from host memory to the aggregate on the host:
 * beside {@code fedavg}, the exact mean. A tenth of the updates may be malicious.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public class RobustRulesBenchmark {
    /** {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}. */
    @Param("auto")
    public String device;

    /** Updates of a round. */
    @Param("100")
    public int updates;

    /** Elements of an update. */
    @Param("199210")
    public int parameters;

    /** By its name in run files. */
    @Param({
        "fedavg",
        "norm-clipping",
        "median",
        "trimmed-mean",
        "rfa",
        "centered-clipping",
        "krum",
        "multi-krum",
        "bulyan"
    })
    public String strategy;

    private final List<HostVector> vectors = new ArrayList<>();
    private NDManager manager;
    private Aggregator aggregator;

    /** Draws the updates, around one another as those of clients with alike data are. */
    @Setup
    public void open() {
        SplittableRandom random = new SplittableRandom(updates);
        for (int i = 0; i < updates; i++) {
            vectors.add(HostVector.of(SeededCases.vector(random, parameters, 1e-2)));
        }
        manager = NDManager.newBaseManager(DeviceSelector.select(device).device());
        ParameterLayout layout = ParameterLayout.builder().trainable("w", parameters).build();
        aggregator = Strategies.named(strategy, 1, options()).aggregator().apply(manager, layout);
    }

    /** A round. */
    @Benchmark
    public float[] fold() throws IOException {
        aggregator.reset();
        for (HostVector vector : vectors) {
            aggregator.accumulate(vector, 1, 50);
        }
        try (NDArray aggregate = aggregator.finish(manager)) {
            return aggregate.toFloatArray();
        }
    }

    /** Frees them. */
    @TearDown
    public void close() {
        aggregator.close();
        manager.close();
    }

    private Map<String, String> options() {
        return switch (strategy) {
            case "trimmed-mean", "krum", "multi-krum", "bulyan" ->
                    Map.of("byzantine", String.valueOf(updates / 10));
            case "norm-clipping" -> Map.of("norm", "2");
            case "centered-clipping" -> Map.of("radius", "2");
            default -> Map.of();
        };
    }
}
