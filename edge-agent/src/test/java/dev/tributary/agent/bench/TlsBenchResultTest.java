package dev.tributary.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import dev.tributary.agent.bench.RoundBenchResult.Load;

import org.junit.jupiter.api.Test;

import java.util.OptionalDouble;

class TlsBenchResultTest {
    private static final OptionalDouble UNKNOWN = OptionalDouble.empty();

    @Test
    void ratiosAreOfTlsToPlainHttp() {
        TlsBenchResult result =
                new TlsBenchResult(
                        result(10, OptionalDouble.of(20), OptionalDouble.of(4)),
                        result(15, OptionalDouble.of(40), OptionalDouble.of(12)));
        JsonObject json = JsonParser.parseString(result.toJson()).getAsJsonObject();
        assertThat(json.get("round_ratio").getAsDouble()).isEqualTo(1.5);
        assertThat(json.get("server_cpu_ratio").getAsDouble()).isEqualTo(2);
        assertThat(json.get("agents_cpu_ratio").getAsDouble()).isEqualTo(3);
        assertThat(json.getAsJsonObject("tls").get("round_ms_median").getAsDouble()).isEqualTo(15);
        assertThat(json.getAsJsonObject("plain").get("round_ms_median").getAsDouble())
                .isEqualTo(10);
        assertThat(result.toText())
                .contains("1.50 times as long", "2.00 times at the server", "3.00 times at the");
    }

    @Test
    void whatTheSystemDoesNotTellHasNoRatio() {
        TlsBenchResult result =
                new TlsBenchResult(result(10, UNKNOWN, UNKNOWN), result(15, UNKNOWN, UNKNOWN));
        JsonObject json = JsonParser.parseString(result.toJson()).getAsJsonObject();
        assertThat(json.get("server_cpu_ratio").isJsonNull()).isTrue();
        assertThat(result.toText()).contains("unknown at the server");
    }

    private static RoundBenchResult result(
            double millis, OptionalDouble server, OptionalDouble agents) {
        return new RoundBenchResult(
                4,
                1000,
                5,
                1,
                millis,
                millis,
                5,
                millis,
                30,
                new Load(UNKNOWN, server, agents),
                "cpu");
    }
}
