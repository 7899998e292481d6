package dev.tributary.agent.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import dev.tributary.cli.Format;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What {@code bench round} measured.
 *
 * @param clients in each round
 * @param parameters of the model
 * @param rounds that count
 * @param agentProcesses that hosted the clients
 * @param medianMillis of a round, from selection to publication
 * @param p90Millis the same, exceeded by one round in ten
 * @param plainMillis the median time that a web server which knows nothing of rounds takes to move
 *     the same bytes to and from as many clients; {@link PlainHttp}
 * @param wallMillis the run's time divided by all its rounds, what lies between them included
 * @param bytesPerRound body bytes up and down
 * @param load what it took of the machine
 * @param device where the server folded
 */
record RoundBenchResult(
        int clients,
        int parameters,
        int rounds,
        int agentProcesses,
        double medianMillis,
        double p90Millis,
        double plainMillis,
        double wallMillis,
        long bytesPerRound,
        Load load,
        String device) {
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    /**
     * What rounds take of the machine; each is empty where the system does not tell.
     *
     * @param serverPeakMegabytes the server's peak resident memory
     * @param serverMillis the server's processor time a round
     * @param agentMillis the same of all agent processes
     */
    record Load(
            OptionalDouble serverPeakMegabytes,
            OptionalDouble serverMillis,
            OptionalDouble agentMillis) {}

    static RoundBenchResult of(
            RunStatus status,
            int warmup,
            int clients,
            int parameters,
            int processes,
            Load load,
            List<Double> plainSeconds) {
        List<RoundMetrics> counted =
                status.history().stream().filter(round -> round.round() > warmup).toList();
        List<Double> millis =
                counted.stream().map(round -> round.seconds() * 1000).sorted().toList();
        long rounds = status.history().stream().filter(round -> round.round() > 0).count();
        return new RoundBenchResult(
                clients,
                parameters,
                counted.size(),
                processes,
                quantile(millis, 0.5),
                quantile(millis, 0.9),
                quantile(plainSeconds.stream().sorted().toList(), 0.5) * 1000,
                status.elapsedSeconds() * 1000 / rounds,
                (status.bytesUp() + status.bytesDown()) / rounds,
                load,
                status.device());
    }

    /** The keys are an interface. */
    String toJson() {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("clients", clients);
        result.put("params", parameters);
        result.put("rounds", rounds);
        result.put("agent_processes", agentProcesses);
        result.put("round_ms_median", medianMillis);
        result.put("round_ms_p90", p90Millis);
        result.put("plain_http_ms_median", plainMillis);
        result.put("round_ms_wall_mean", wallMillis);
        result.put("bytes_per_round", bytesPerRound);
        result.put("server_cpu_ms_per_round", orNull(load.serverMillis));
        result.put("agents_cpu_ms_per_round", orNull(load.agentMillis));
        result.put("server_peak_rss_mb", orNull(load.serverPeakMegabytes));
        result.put("device", device);
        return JSON.toJson(result);
    }

    /** For people. */
    String toText() {
        return "%d clients in %d process(es), %s parameters, %d rounds on %s:%n"
                        .formatted(
                                clients, agentProcesses, Format.count(parameters), rounds, device)
                + "a round takes %.2f ms (median; 90 %% take at most %.2f ms; plain HTTP %.2f ms) and moves %s; processor time a round: server %s, agents %s; server peak %s"
                        .formatted(
                                medianMillis,
                                p90Millis,
                                plainMillis,
                                Format.bytes(bytesPerRound),
                                shown("%.1f ms", load.serverMillis),
                                shown("%.1f ms", load.agentMillis),
                                shown("%.0f MB", load.serverPeakMegabytes));
    }

    private static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static String shown(String format, OptionalDouble value) {
        return value.isPresent() ? format.formatted(value.getAsDouble()) : "unknown";
    }

    private static double quantile(List<Double> sorted, double fraction) {
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1, fraction * sorted.size()));
    }
}
