package dev.tributary.server.command;

import com.google.gson.annotations.SerializedName;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/** The last line of {@code tributary server --json}. */
record RunOutcome(
        @SerializedName("run_id") String runId,
        RunStatus.State state,
        String message,
        int rounds,
        @Nullable Double accuracy,
        @Nullable Double loss,
        double seconds,
        @SerializedName("bytes_up") long bytesUp,
        @SerializedName("bytes_down") long bytesDown,
        String device,
        @SerializedName("model_sha256") @Nullable String modelSha256,
        @SerializedName("run_dir") String runDirectory) {

    static RunOutcome of(RunStatus last, Path directory) {
        return new RunOutcome(
                last.runId(),
                last.state(),
                last.message(),
                last.modelVersion(),
                newest(last.history(), false),
                newest(last.history(), true),
                last.elapsedSeconds(),
                last.bytesUp(),
                last.bytesDown(),
                last.device(),
                last.modelSha256(),
                directory.toAbsolutePath().toString());
    }

    /** What the server measured counts before what the clients did. */
    private static @Nullable Double newest(List<RoundMetrics> history, boolean loss) {
        for (int i = history.size() - 1; i >= 0; i--) {
            RoundMetrics round = history.get(i);
            Double central = loss ? round.loss() : round.accuracy();
            Double federated = loss ? round.federatedLoss() : round.federatedAccuracy();
            if (central != null || federated != null) {
                return central != null ? central : federated;
            }
        }
        return null;
    }
}
