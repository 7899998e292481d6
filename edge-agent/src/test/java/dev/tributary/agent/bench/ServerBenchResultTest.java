package dev.tributary.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.OptionalDouble;

final class ServerBenchResultTest {
    private final ServerBenchResult result =
            new ServerBenchResult(
                    25_000_000,
                    3,
                    "cpu",
                    0.5,
                    List.of(
                            new ServerBenchResult.Row(
                                    4,
                                    false,
                                    List.of(3.0, 1.0, 2.0),
                                    List.of(1.5, 1.0, 9.0),
                                    OptionalDouble.of(2500),
                                    OptionalDouble.of(512)),
                            new ServerBenchResult.Row(
                                    16,
                                    true,
                                    List.of(4.0, 6.0),
                                    List.of(4.0, 5.0),
                                    OptionalDouble.empty(),
                                    OptionalDouble.empty())));

    @Test
    void jsonHasAListWithARowForEachNumberOfClients() {
        JsonObject json = JsonParser.parseString(result.toJson()).getAsJsonObject();
        JsonObject row = json.getAsJsonArray("results").get(0).getAsJsonObject();
        assertThat(row.get("clients").getAsInt()).isEqualTo(4);
        assertThat(row.get("round_s_median").getAsDouble()).isEqualTo(2);
        assertThat(row.get("plain_http_s").getAsDouble()).isEqualTo(1.5);
        assertThat(row.get("speed_of_plain").getAsDouble()).isEqualTo(0.75);
        assertThat(row.get("server_cpu_s_per_round").getAsDouble()).isEqualTo(2.5);
        assertThat(row.get("server_peak_rss_mb").getAsDouble()).isEqualTo(512);
        assertThat(row.get("tls").getAsBoolean()).isFalse();
    }

    @Test
    void medianOfAnEvenNumberLiesBetween() {
        assertThat(result.rows().get(1).roundMedian()).isEqualTo(5);
        assertThat(result.rows().get(1).plainMedian()).isEqualTo(4.5);
    }

    @Test
    void memoryThatNobodyTellsIsNull() {
        assertThat(result.toJson()).contains("\"server_peak_rss_mb\":null");
        assertThat(result.toText())
                .contains("its peak unknown")
                .contains("512 MB", "16 clients by TLS:");
    }
}
