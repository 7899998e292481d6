package dev.tributary.server.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import dev.tributary.cli.Format;
import dev.tributary.cli.display.Evaluations;
import dev.tributary.protocol.Headline;
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

    /**
     * The keys are those of the demo, with that of clients' own models where they have some; then
     * the virtual clock if there is one, and where there is a target, the global model's way to it.
     */
    String toJson() {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("run_id", status.runId());
        result.put("state", status.state().name());
        result.put("rounds", status.modelVersion());
        result.put("accuracy", last(RoundMetrics::accuracy, RoundMetrics::federatedAccuracy));
        result.put("loss", last(RoundMetrics::loss, RoundMetrics::federatedLoss));
        Evaluations evaluations = Evaluations.of(status.history());
        if (evaluations.personal()) {
            result.put(
                    "personal_accuracy",
                    Evaluations.newest(status.history(), evaluations::accuracy));
        }
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
        Double simulated = simulatedSeconds(status.history().size() - 1);
        if (simulated != null) {
            result.put("simulated_seconds", simulated);
        }
        if (target.isPresent()) {
            RoundMetrics reached = roundToTarget();
            result.put("rounds_to_target", reached == null ? null : reached.round());
            if (simulated != null) {
                result.put(
                        "simulated_seconds_to_target",
                        reached == null ? null : reached.simulatedSeconds());
            }
        }
        return JSON.toJson(result);
    }

    /** For people. */
    String toText() {
        return "Reached: %s after %d rounds.%n"
                        .formatted(Evaluations.reached(status.history()), status.modelVersion())
                + "Cost:    %s for %d clients; over a network, %s up and %s down.%n"
                        .formatted(
                                Format.duration(seconds),
                                status.clients().size(),
                                Format.bytes(status.bytesUp()),
                                Format.bytes(status.bytesDown()))
                + simulatedText()
                + "Files:   %s%n         model.safetensors, metrics.jsonl, chart.svg, run.yaml"
                        .formatted(runDirectory);
    }

    private String simulatedText() {
        Double simulated = simulatedSeconds(status.history().size() - 1);
        return simulated == null
                ? ""
                : "Clock:   %s would have passed with real clients.%n"
                        .formatted(Format.duration(simulated));
    }

    private @Nullable Double simulatedSeconds(int index) {
        return index < 0 ? null : status.history().get(index).simulatedSeconds();
    }

    /** The first round whose global model was that accurate, which ends a run; null if none was. */
    private @Nullable RoundMetrics roundToTarget() {
        return Reached.target(
                status.history(),
                new Evaluations(false, Headline.ACCURACY),
                target.orElse(Double.POSITIVE_INFINITY));
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
