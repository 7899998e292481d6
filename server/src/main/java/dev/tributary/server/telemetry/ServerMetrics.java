package dev.tributary.server.telemetry;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * What operators watch of a server: what it has counted since it started, numbers of the moment,
 * and those of its Java process. Thread-safe.
 */
public final class ServerMetrics {
    /** From rounds of a benchmark to rounds of a night. */
    private static final double[] ROUND_SECONDS = {.03, .1, .3, 1, 3, 10, 30, 100, 300, 1000, 3000};

    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter updates =
            counter("tributary_updates_total", "Updates by how they ended.", "outcome", "code");
    private final Counter rounds = counter("tributary_rounds_total", "Rounds by result.", "result");
    private final Histogram roundSeconds =
            Histogram.builder()
                    .name("tributary_round_seconds")
                    .help("From selection to publication.")
                    .classicOnly()
                    .classicUpperBounds(ROUND_SECONDS)
                    .register(registry);
    private final CounterDataPoint bytesUp;
    private final CounterDataPoint bytesDown;

    /** Nothing is counted yet. */
    public ServerMetrics() {
        Counter bytes =
                counter(
                        "tributary_bytes_total",
                        "Body bytes of updates, up, and of models, down.",
                        "direction");
        bytesUp = bytes.labelValues("up");
        bytesDown = bytes.labelValues("down");
    }

    /** Shows memory, buffers, threads and collections of this Java process too; once. */
    public void showProcess() {
        JvmMetrics.builder().register(registry);
    }

    /** A page for whoever scrapes. */
    public record Page(String contentType, String text) {}

    /**
     * Shows a number that others keep.
     *
     * @param value asked whenever somebody looks, on any thread
     */
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(shown -> shown.call(value.getAsDouble()))
                .register(registry);
    }

    /**
     * Shows numbers that others keep, by a label.
     *
     * @param values asked whenever somebody looks, on any thread: the numbers by the label's value
     */
    public void gauges(
            String name, String help, String label, Supplier<Map<String, Double>> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(shown -> values.get().forEach((of, value) -> shown.call(value, of)))
                .register(registry);
    }

    /**
     * Everything, in Prometheus' text format or in OpenMetrics'.
     *
     * @param accept what the reader takes, as its HTTP header says; null for what there is
     */
    public Page page(@Nullable String accept) {
        ExpositionFormatWriter writer = FORMATS.findWriter(accept);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape());
        } catch (IOException e) {
            throw new IllegalStateException("metrics cannot be written to memory", e);
        }
        return new Page(writer.getContentType(), text.toString(StandardCharsets.UTF_8));
    }

    void updateEnded(Outcome outcome, @Nullable ErrorCode code) {
        // One that was accepted before is not accepted again.
        String how = code == ErrorCode.DUPLICATE ? "duplicate" : lower(outcome.name());
        updates.labelValues(how, code == null ? "" : lower(code.name())).inc();
    }

    void roundCompleted(double seconds) {
        rounds.labelValues("completed").inc();
        roundSeconds.observe(seconds);
    }

    void roundFailed() {
        rounds.labelValues("failed").inc();
    }

    void received(long bytes) {
        bytesUp.inc(bytes);
    }

    void sent(long bytes) {
        bytesDown.inc(bytes);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
