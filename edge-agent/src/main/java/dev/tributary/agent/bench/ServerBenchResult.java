package dev.tributary.agent.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import dev.tributary.cli.Format;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What {@code bench server} measured.
 *
 * @param parameters of the model
 * @param rounds that count, for each number of clients
 * @param device where the server folded
 * @param loadAverage of the machine at the start; negative where it is not known
 * @param rows one for each number of clients
 */
record ServerBenchResult(
        long parameters, int rounds, String device, double loadAverage, List<Row> rows) {
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    /** Copies the rows. */
    ServerBenchResult {
        rows = List.copyOf(rows);
    }

    /**
     * One number of clients.
     *
     * @param clients in each round
     * @param tls whether rounds were by TLS; the yardstick never is
     * @param roundSeconds of the rounds that count, from task to task
     * @param plainSeconds plain HTTP with as many clients and bytes, before each of the rounds
     * @param serverMillis the server's processor time a round; empty where it is not known
     * @param peakMegabytes the server's peak resident memory; empty where it is not known
     */
    record Row(
            int clients,
            boolean tls,
            List<Double> roundSeconds,
            List<Double> plainSeconds,
            OptionalDouble serverMillis,
            OptionalDouble peakMegabytes) {

        /** Copies the lists. */
        Row {
            roundSeconds = List.copyOf(roundSeconds);
            plainSeconds = List.copyOf(plainSeconds);
        }

        double roundMedian() {
            return median(roundSeconds);
        }

        double plainMedian() {
            return median(plainSeconds);
        }

        /** The round's speed as a part of plain HTTP's. */
        double ofPlain() {
            return plainMedian() / roundMedian();
        }

        private Map<String, @Nullable Object> toMap() {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("clients", clients);
            row.put("tls", tls);
            row.put("round_s_median", roundMedian());
            row.put("round_s", roundSeconds);
            row.put("plain_http_s", plainMedian());
            row.put("plain_s", plainSeconds);
            row.put("speed_of_plain", ofPlain());
            row.put(
                    "server_cpu_s_per_round",
                    serverMillis.isPresent() ? serverMillis.getAsDouble() / 1000 : null);
            row.put(
                    "server_peak_rss_mb",
                    peakMegabytes.isPresent() ? peakMegabytes.getAsDouble() : null);
            return row;
        }

        private String toText() {
            return "%d clients%s: %.2f s a round, plain HTTP %.2f s (%.0f %% of its speed), server's processor time %s, its peak %s"
                    .formatted(
                            clients,
                            tls ? " by TLS" : "",
                            roundMedian(),
                            plainMedian(),
                            100 * ofPlain(),
                            serverMillis.isPresent()
                                    ? "%.2f s".formatted(serverMillis.getAsDouble() / 1000)
                                    : "unknown",
                            peakMegabytes.isPresent()
                                    ? Math.round(peakMegabytes.getAsDouble()) + " MB"
                                    : "unknown");
        }
    }

    /** The keys are an interface. */
    String toJson() {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("params", parameters);
        result.put("rounds", rounds);
        result.put("device", device);
        result.put("load_average", loadAverage);
        result.put("results", rows.stream().map(Row::toMap).toList());
        return JSON.toJson(result);
    }

    /** For people. */
    String toText() {
        StringBuilder text = new StringBuilder();
        text.append(
                "%s parameters (%s), %d rounds on %s, load average %.1f"
                        .formatted(
                                Format.count(parameters),
                                Format.bytes(parameters * Float.BYTES),
                                rounds,
                                device,
                                loadAverage));
        rows.forEach(row -> text.append(System.lineSeparator()).append(row.toText()));
        return text.toString();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
