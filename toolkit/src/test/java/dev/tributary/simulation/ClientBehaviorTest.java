package dev.tributary.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.SimulationConfig;
import dev.tributary.config.SpeedConfig;
import dev.tributary.config.SpeedConfig.Shape;
import dev.tributary.random.RandomStreams;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

class ClientBehaviorTest {
    private static final int CLIENTS = 20_001;

    private static ClientBehavior of(SimulationConfig config) {
        return new ClientBehavior(config, new RandomStreams(7));
    }

    private static double[] sorted(SpeedConfig speed) {
        ClientBehavior behavior = of(SimulationConfig.steady().withSpeed(speed));
        return IntStream.range(0, CLIENTS)
                .mapToDouble(i -> behavior.slowness("client-" + i))
                .sorted()
                .toArray();
    }

    @Test
    void quantilesAreThoseOfTheDistributions() {
        assertThat(sorted(SpeedConfig.constant())).containsOnly(1);

        double[] uniform = sorted(SpeedConfig.of(Shape.UNIFORM));
        assertThat(uniform[0]).isBetween(0.5, 0.501);
        assertThat(uniform[CLIENTS / 2]).isCloseTo(1, Offset.offset(0.02));
        assertThat(uniform[CLIENTS - 1]).isBetween(1.499, 1.5);

        double[] lognormal = sorted(SpeedConfig.of(Shape.LOGNORMAL).withSigma(2));
        assertThat(lognormal[CLIENTS / 2]).isCloseTo(1, Offset.offset(0.05));
        // The normal quantile of 0.9 is 1.2816.
        assertThat(Math.log(lognormal[CLIENTS * 9 / 10]))
                .isCloseTo(2 * 1.2816, Offset.offset(0.08));

        double[] pareto = sorted(SpeedConfig.of(Shape.PARETO).withAlpha(1.25));
        assertThat(pareto[0]).isBetween(1.0, 1.001);
        assertThat(pareto[CLIENTS / 2]).isCloseTo(Math.pow(2, 0.8), Offset.offset(0.04));
        assertThat(pareto[CLIENTS * 9 / 10]).isCloseTo(Math.pow(10, 0.8), Offset.offset(0.4));
    }

    @Test
    void timeIsLatencyAndExamplesTimesSlowness() {
        SimulationConfig config = SimulationConfig.steady().withSpeed(SpeedConfig.of(Shape.PARETO));
        ClientBehavior behavior = of(config);
        double slowness = behavior.slowness("a");
        assertThat(behavior.seconds("a", 500)).isCloseTo(0.1 + 0.5 * slowness, Offset.offset(1e-9));
        assertThat(of(config).slowness("a")).isEqualTo(slowness);
    }

    @Test
    void availabilityAndDropoutAreDrawnEachTimeAnew() {
        ClientBehavior behavior =
                of(SimulationConfig.steady().withAvailability(0.25).withDropout(0.75));
        SortedMap<String, Long> clients = new TreeMap<>();
        IntStream.range(0, 4000).forEach(i -> clients.put("client-" + i, 1L));

        assertThat(behavior.available(clients, 1).size()).isBetween(900, 1100);
        assertThat(behavior.available(clients, 1)).isEqualTo(behavior.available(clients, 1));
        assertThat(behavior.available(clients, 1)).isNotEqualTo(behavior.available(clients, 2));
        assertThat(clients.keySet().stream().filter(id -> behavior.dropsOut(id, 3)).count())
                .isBetween(2900L, 3100L);
        assertThat(of(SimulationConfig.steady()).available(clients, 1)).isSameAs(clients);
    }
}
