package dev.tributary.server.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import dev.tributary.cli.Format;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What a simulation reached and what it cost.
 *
 * @param status the run at its end
 * @param target the accuracy that the run file asks for
 * @param runDirectory the run's files
 * @param seconds from the command to the end of the run
 * @param firstRoundSeconds from the command to the end of the first round; 0 if there was none
 */
record SimulationResult(
        RunStatus status,
        OptionalDouble target,
        Path runDirectory,
        double seconds,
        double firstRoundSeconds) {
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    /** The keys are those of the demo; where there is a target, the rounds to it come last. */
    String toJson() {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("run_id", status.runId());
        result.put("state", status.state().name());
        result.put("rounds", status.modelVersion());
        result.put("accuracy", last(RoundMetrics::accuracy, RoundMetrics::federatedAccuracy));
        result.put("loss", last(RoundMetrics::loss, RoundMetrics::federatedLoss));
        result.put("seconds", seconds);
        result.put("first_round_seconds", firstRoundSeconds);
        result.put("bytes_up", status.bytesUp());
        result.put("bytes_down", status.bytesDown());
        result.put("clients", status.clients().size());
        result.put("model", status.model());
        result.put("parameters", status.parameterCount());
        result.put("device", status.device());
        result.put("model_sha256", status.modelSha256());
        result.put("run_dir", runDirectory.toAbsolutePath().normalize().toString());
        if (target.isPresent()) {
            result.put("rounds_to_target", roundsToTarget());
        }
        return JSON.toJson(result);
    }

    /** For people. */
    String toText() {
        Double accuracy = last(RoundMetrics::accuracy, RoundMetrics::federatedAccuracy);
        Double loss = last(RoundMetrics::loss, RoundMetrics::federatedLoss);
        return "Reached: %s%s after %d rounds.%n"
                        .formatted(
                                accuracy == null
                                        ? ""
                                        : "accuracy " + Format.metric(accuracy) + ", ",
                                loss == null
                                        ? "no loss was measured"
                                        : "loss " + Format.metric(loss),
                                status.modelVersion())
                + "Cost:    %s for %d clients; over a network, %s up and %s down.%n"
                        .formatted(
                                Format.duration(seconds),
                                status.clients().size(),
                                Format.bytes(status.bytesUp()),
                                Format.bytes(status.bytesDown()))
                + "Files:   %s%n         model.safetensors, metrics.jsonl, chart.svg, run.yaml"
                        .formatted(runDirectory);
    }

    /** The first round whose model was that accurate; null if none was. */
    private @Nullable Integer roundsToTarget() {
        for (RoundMetrics round : status.history()) {
            Double accuracy =
                    round.accuracy() != null ? round.accuracy() : round.federatedAccuracy();
            if (accuracy != null && accuracy >= target.orElse(Double.POSITIVE_INFINITY)) {
                return round.round();
            }
        }
        return null;
    }

    private @Nullable Double last(
            Function<RoundMetrics, @Nullable Double> central,
            Function<RoundMetrics, @Nullable Double> federated) {
        Double last = null;
        for (RoundMetrics round : status.history()) {
            Double value = central.apply(round);
            Double measured = value != null ? value : federated.apply(round);
            last = measured == null ? last : measured;
        }
        return last;
    }
}
