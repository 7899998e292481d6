package dev.tributary.agent.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import dev.tributary.cli.Format;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What {@code bench simulation} measured.
 *
 * @param clients clients there are
 * @param cohort clients in a round
 * @param rounds measured rounds
 * @param threads clients that train at a time
 * @param seconds all measured rounds
 * @param cpuSeconds processor time in the same time, of all threads; 0 where it is not known
 * @param trainLoss of the last round: that something was learned
 * @param peakMegabytes peak resident memory of this process; empty where it is not known
 * @param device where
 */
record SimulationBenchResult(
        int clients,
        int cohort,
        int rounds,
        int threads,
        double seconds,
        double cpuSeconds,
        double trainLoss,
        OptionalDouble peakMegabytes,
        String device) {
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    /** Clients trained and folded in a second. */
    double clientsPerSecond() {
        return (double) cohort * rounds / seconds;
    }

    /** The keys are an interface. */
    String toJson() {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("clients", clients);
        result.put("cohort", cohort);
        result.put("rounds", rounds);
        result.put("threads", threads);
        result.put("clients_per_second", clientsPerSecond());
        result.put("seconds", seconds);
        result.put("cpu_us_per_client", cpuSeconds * 1e6 / cohort / rounds);
        result.put("train_loss", Double.isFinite(trainLoss) ? trainLoss : null);
        result.put("peak_rss_mb", peakMegabytes.isPresent() ? peakMegabytes.getAsDouble() : null);
        result.put("device", device);
        return JSON.toJson(result);
    }

    /** For people. */
    String toText() {
        return "%.0f clients a second: %d rounds of %d of %s clients in %s, %d at a time on %s; peak memory %s"
                .formatted(
                        clientsPerSecond(),
                        rounds,
                        cohort,
                        Format.count(clients),
                        Format.duration(seconds),
                        threads,
                        device,
                        peakMegabytes.isPresent()
                                ? Math.round(peakMegabytes.getAsDouble()) + " MB"
                                : "unknown");
    }
}
