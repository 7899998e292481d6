package dev.tributary.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import dev.tributary.agent.bench.RoundBenchResult.Load;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

class RoundBenchResultTest {
    @Test
    void warmUpDoesNotCountInTheQuantiles() {
        RoundBenchResult result =
                RoundBenchResult.of(
                        status(20),
                        10,
                        4,
                        1000,
                        1,
                        new Load(
                                OptionalDouble.of(123.5),
                                OptionalDouble.of(20),
                                OptionalDouble.of(10)),
                        List.of(0.03, 0.01, 0.02));

        assertThat(result.rounds()).isEqualTo(10);
        assertThat(result.medianMillis()).isEqualTo(16);
        assertThat(result.p90Millis()).isEqualTo(20);
        assertThat(result.plainMillis()).isEqualTo(20);
        assertThat(result.wallMillis()).isEqualTo(25);
        assertThat(result.bytesPerRound()).isEqualTo(30);
    }

    @Test
    void keysOfTheJsonAreThePromisedOnes() {
        JsonObject json =
                JsonParser.parseString(
                                RoundBenchResult.of(
                                                status(3),
                                                0,
                                                4,
                                                1000,
                                                2,
                                                new Load(
                                                        OptionalDouble.empty(),
                                                        OptionalDouble.empty(),
                                                        OptionalDouble.empty()),
                                                List.of(0.01))
                                        .toJson())
                        .getAsJsonObject();

        assertThat(json.keySet())
                .contains(
                        "round_ms_median",
                        "round_ms_p90",
                        "plain_http_ms_median",
                        "bytes_per_round",
                        "server_peak_rss_mb",
                        "server_cpu_ms_per_round",
                        "agents_cpu_ms_per_round",
                        "clients",
                        "params",
                        "rounds",
                        "agent_processes");
        assertThat(json.get("server_peak_rss_mb").isJsonNull()).isTrue();
        assertThat(json.get("agent_processes").getAsInt()).isEqualTo(2);
    }

    /** Round i takes i milliseconds; 20 bytes up and 10 down each. */
    private static RunStatus status(int rounds) {
        List<RoundMetrics> history =
                IntStream.rangeClosed(0, rounds)
                        .mapToObj(
                                round ->
                                        new RoundMetrics(
                                                round,
                                                round,
                                                4,
                                                4,
                                                0,
                                                0,
                                                null,
                                                null,
                                                null,
                                                null,
                                                null,
                                                20,
                                                10,
                                                round / 1000.0,
                                                0))
                        .toList();
        return new RunStatus(
                "run",
                RunStatus.State.FINISHED,
                "",
                rounds,
                rounds,
                rounds,
                "m",
                "digits",
                1000,
                "cpu",
                4,
                4,
                rounds * 0.025,
                20L * rounds,
                10L * rounds,
                null,
                List.of(),
                history,
                List.of());
    }
}
