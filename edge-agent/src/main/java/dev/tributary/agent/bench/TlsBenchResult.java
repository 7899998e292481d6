package dev.tributary.agent.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.jspecify.annotations.Nullable;

import java.util.OptionalDouble;

/**
 * What {@code bench round --tls} measured: the same rounds twice, one after the other.
 *
 * @param plain in plain HTTP
 * @param tls with certificates on both sides
 */
record TlsBenchResult(RoundBenchResult plain, RoundBenchResult tls) {

    /** The keys are an interface; ratios are of TLS to plain HTTP. */
    String toJson() {
        JsonObject result = new JsonObject();
        result.add("plain", json(plain));
        result.add("tls", json(tls));
        result.addProperty("round_ratio", roundRatio());
        result.addProperty("server_cpu_ratio", orNull(serverRatio()));
        result.addProperty("agents_cpu_ratio", orNull(agentRatio()));
        return result.toString();
    }

    /** For people. */
    String toText() {
        return "%s%nWith TLS, %s%nTLS to plain HTTP: a round takes %.2f times as long, processor time %s at the server, %s at the agents"
                .formatted(
                        plain.toText(),
                        tls.toText(),
                        roundRatio(),
                        shown(serverRatio()),
                        shown(agentRatio()));
    }

    private double roundRatio() {
        return tls.medianMillis() / plain.medianMillis();
    }

    private OptionalDouble serverRatio() {
        return ratio(tls.load().serverMillis(), plain.load().serverMillis());
    }

    private OptionalDouble agentRatio() {
        return ratio(tls.load().agentMillis(), plain.load().agentMillis());
    }

    private static OptionalDouble ratio(OptionalDouble with, OptionalDouble without) {
        return with.isPresent() && without.isPresent()
                ? OptionalDouble.of(with.getAsDouble() / without.getAsDouble())
                : OptionalDouble.empty();
    }

    private static JsonElement json(RoundBenchResult result) {
        return JsonParser.parseString(result.toJson());
    }

    private static String shown(OptionalDouble ratio) {
        return ratio.isPresent() ? "%.2f times".formatted(ratio.getAsDouble()) : "unknown";
    }

    private static @Nullable Number orNull(OptionalDouble ratio) {
        return ratio.isPresent() ? ratio.getAsDouble() : null;
    }
}
