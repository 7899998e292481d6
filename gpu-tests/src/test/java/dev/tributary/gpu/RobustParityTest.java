package dev.tributary.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.strategy.Strategies;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Robust rules choose and combine on the GPU as on the CPU. They add in float64 and round once, so
 * within one unit in the last place of the largest value, {@value #TOLERANCE} of it.
 */
@ExtendWith(GpuRequired.class)
class RobustParityTest {
    private static final double TOLERANCE = 1.2e-7;
    private static final int UPDATES = 9;
    private static final List<String> RULES =
            List.of(
                    "median",
                    "trimmed-mean",
                    "krum",
                    "multi-krum",
                    "bulyan",
                    "rfa",
                    "norm-clipping",
                    "centered-clipping");

    /** A rule and how many elements an update has; the last size needs several blocks. */
    record Case(String rule, int size) {}

    static Stream<Case> cases() {
        return RULES.stream()
                .flatMap(
                        rule ->
                                Stream.of(1, 13, 207, 4_098, 1_000_003)
                                        .map(size -> new Case(rule, size)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aggregatesAgree(Case each) throws IOException {
        float[] cpu = aggregate(GpuRequired.cpu(), each);
        float[] gpu = aggregate(GpuRequired.gpu(), each);
        double largest = SeededCases.magnitude(cpu);
        assertThat(Distance.largest(cpu, gpu)).isLessThanOrEqualTo(TOLERANCE * largest);
    }

    private static float[] aggregate(NDManager manager, Case each) throws IOException {
        SplittableRandom random = new SplittableRandom(each.size);
        ParameterLayout layout = ParameterLayout.builder().trainable("w", each.size).build();
        Aggregator.Factory factory =
                Strategies.named(each.rule, 1, options(each.rule)).aggregator();
        try (manager;
                Aggregator aggregator = factory.apply(manager, layout)) {
            for (int i = 0; i < UPDATES; i++) {
                float[] values = SeededCases.vector(random, each.size, i < 7 ? 1e-2 : 3);
                aggregator.accumulate(HostVector.of(values), SeededCases.magnitude(values), 10 + i);
            }
            return aggregator.finish(manager).toFloatArray();
        }
    }

    private static Map<String, String> options(String rule) {
        return switch (rule) {
            case "bulyan" -> Map.of("byzantine", "1");
            case "norm-clipping" -> Map.of("norm", "1");
            case "centered-clipping" -> Map.of("radius", "1");
            default -> Map.of();
        };
    }
}
