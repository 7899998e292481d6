package dev.tributary.server.telemetry;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the server, or one of its runs, has counted since it started; what a run counts, its server
 * counts too. Thread-safe.
 */
public final class ServerMetrics {
    private final @Nullable ServerMetrics whole;

    private record Gauge(String help, LongSupplier value) {}

    private final Map<String, LongAdder> updates = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> rounds = new ConcurrentSkipListMap<>();
    private final Map<String, Gauge> gauges = new ConcurrentSkipListMap<>();
    private final DoubleAdder roundSeconds = new DoubleAdder();
    private final LongAdder bytesUp = new LongAdder();
    private final LongAdder bytesDown = new LongAdder();

    /** A server's, or those of a run that stands alone. */
    public ServerMetrics() {
        this(null);
    }

    /**
     * A run's.
     *
     * @param whole counts along; null for none
     */
    public ServerMetrics(@Nullable ServerMetrics whole) {
        this.whole = whole;
    }

    /** An update ended; one that was accepted before counts as a duplicate, not as accepted. */
    public void updateEnded(Outcome outcome, @Nullable ErrorCode code) {
        String how = code == ErrorCode.DUPLICATE ? "duplicate" : lower(outcome.name());
        count(updates, outcomeIs(how) + (code == null ? "" : lower(code.name())) + "\"}");
        alsoIn(server -> server.updateEnded(outcome, code));
    }

    /** How many updates ended so; duplicates are not accepted again. */
    public long updates(Outcome outcome) {
        String labels = outcomeIs(lower(outcome.name()));
        return updates.entrySet().stream()
                .filter(counter -> counter.getKey().startsWith(labels))
                .mapToLong(counter -> counter.getValue().sum())
                .sum();
    }

    /** A round published its model. */
    public void roundCompleted(double seconds) {
        count(rounds, "{result=\"completed\"}");
        roundSeconds.add(seconds);
        alsoIn(server -> server.roundCompleted(seconds));
    }

    /** A round failed. */
    public void roundFailed() {
        count(rounds, "{result=\"failed\"}");
        alsoIn(ServerMetrics::roundFailed);
    }

    /** Body bytes of an update arrived. */
    public void received(long bytes) {
        bytesUp.add(bytes);
        alsoIn(server -> server.received(bytes));
    }

    /** Body bytes of a model left. */
    public void sent(long bytes) {
        bytesDown.add(bytes);
        alsoIn(server -> server.sent(bytes));
    }

    /** Body bytes of updates that have arrived. */
    public long bytesUp() {
        return bytesUp.sum();
    }

    /** Body bytes of models that have left. */
    public long bytesDown() {
        return bytesDown.sum();
    }

    /**
     * Shows a number that others keep.
     *
     * @param value asked whenever somebody looks, on any thread
     */
    public void gauge(String name, String help, LongSupplier value) {
        gauges.put(name, new Gauge(help, value));
    }

    /** Everything in Prometheus' text format, version 0.0.4. */
    public String toPrometheusText() {
        StringBuilder text = new StringBuilder(2048);
        family(text, "tributary_updates_total", "counter", "Updates by how they ended.");
        updates.forEach((labels, count) -> line(text, "tributary_updates_total" + labels, count));
        family(text, "tributary_rounds_total", "counter", "Rounds by result.");
        rounds.forEach((labels, count) -> line(text, "tributary_rounds_total" + labels, count));
        family(text, "tributary_round_seconds", "summary", "From selection to publication.");
        line(text, "tributary_round_seconds_sum", roundSeconds);
        LongAdder completed = rounds.get("{result=\"completed\"}");
        line(text, "tributary_round_seconds_count", completed == null ? 0 : completed);
        family(text, "tributary_bytes_total", "counter", "Body bytes of updates and models.");
        line(text, "tributary_bytes_total{direction=\"up\"}", bytesUp);
        line(text, "tributary_bytes_total{direction=\"down\"}", bytesDown);
        gauges.forEach(
                (name, gauge) -> {
                    family(text, name, "gauge", gauge.help);
                    line(text, name, gauge.value.getAsLong());
                });
        return text.toString();
    }

    private void alsoIn(Consumer<ServerMetrics> counting) {
        if (whole != null) {
            counting.accept(whole);
        }
    }

    private static void count(Map<String, LongAdder> counters, String labels) {
        counters.computeIfAbsent(labels, key -> new LongAdder()).increment();
    }

    private static void family(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, Number value) {
        text.append(name).append(' ').append(value).append('\n');
    }

    private static String outcomeIs(String outcome) {
        return "{outcome=\"" + outcome + "\",code=\"";
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
