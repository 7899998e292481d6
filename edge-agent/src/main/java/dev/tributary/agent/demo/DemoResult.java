package dev.tributary.agent.demo;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import dev.tributary.cli.Format;
import dev.tributary.cli.display.Evaluations;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What a demo reached and what it cost.
 *
 * @param status the run at its end
 * @param runDirectory the run's files
 * @param seconds from the command to the end of the run
 * @param firstRoundSeconds from the command to the end of the first round; 0 if there was none
 */
record DemoResult(RunStatus status, Path runDirectory, double seconds, double firstRoundSeconds) {
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    /** The keys are an interface. */
    String toJson() {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("run_id", status.runId());
        result.put("state", status.state().name());
        result.put("rounds", rounds());
        result.put("accuracy", accuracy());
        result.put("loss", loss());
        result.put("seconds", seconds);
        result.put("first_round_seconds", firstRoundSeconds);
        result.put("bytes_up", status.bytesUp());
        result.put("bytes_down", status.bytesDown());
        result.put("clients", status.clients().size());
        result.put("model", status.model());
        result.put("parameters", status.parameterCount());
        result.put("device", status.device());
        result.put("model_sha256", status.modelSha256());
        result.put("run_dir", runDirectory.toString());
        return JSON.toJson(result);
    }

    /** For people. */
    String toText(String hint) {
        StringBuilder text = new StringBuilder();
        if (rounds() > 0) {
            text.append("Reached: ")
                    .append(Evaluations.reached(status.history()))
                    .append(" after ")
                    .append(rounds())
                    .append(rounds() == 1 ? " round.\n" : " rounds.\n");
        }
        text.append(
                "Cost:    %s%s, %s up, %s down, folded on %s.%n"
                        .formatted(
                                Format.duration(seconds),
                                firstRound(),
                                Format.bytes(status.bytesUp()),
                                Format.bytes(status.bytesDown()),
                                status.device()));
        text.append("Files:   ").append(runDirectory).append('\n');
        text.append("         model.safetensors, metrics.jsonl, chart.svg, run.yaml, logs/");
        return finished() ? text.append("\nNext:    ").append(hint).toString() : text.toString();
    }

    /** Whether the run did what it was to do. */
    boolean finished() {
        return status.state() == RunStatus.State.FINISHED;
    }

    private String firstRound() {
        return firstRoundSeconds == 0
                ? ""
                : " (first round after %s)".formatted(Format.duration(firstRoundSeconds));
    }

    private int rounds() {
        return status.history().stream().mapToInt(RoundMetrics::round).max().orElse(0);
    }

    private @Nullable Double accuracy() {
        return last(RoundMetrics::accuracy);
    }

    private @Nullable Double loss() {
        return last(RoundMetrics::loss);
    }

    private @Nullable Double last(Function<RoundMetrics, @Nullable Double> measure) {
        Double last = null;
        for (RoundMetrics round : status.history()) {
            Double value = measure.apply(round);
            last = value == null ? last : value;
        }
        return last;
    }
}
