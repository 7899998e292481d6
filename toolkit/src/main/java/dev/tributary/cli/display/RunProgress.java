package dev.tributary.cli.display;

import dev.tributary.cli.Format;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientStatus;
import dev.tributary.protocol.RunStatus;

/** How far a run is, and when it may end. */
final class RunProgress {
    private RunProgress() {}

    /** The part of the rounds that is done, in [0, 1]; clients in training count in part. */
    static double fraction(RunStatus status) {
        if (status.state() == RunStatus.State.FINISHED) {
            return 1;
        }
        double rounds = finishedRounds(status);
        if (status.cohort() > 0 && status.round() > rounds) {
            double training =
                    status.clients().stream()
                            .filter(client -> client.phase() == ClientPhase.TRAINING)
                            .mapToDouble(ClientStatus::fraction)
                            .sum();
            rounds += Math.min(1, (status.accepted() + training) / status.cohort());
        }
        return status.rounds() > 0 ? Math.max(0, Math.min(1, rounds / status.rounds())) : 0;
    }

    /** As the rounds so far suggest; empty before the first has ended. */
    static String timeLeft(RunStatus status) {
        double fraction = fraction(status);
        if (finishedRounds(status) == 0 || fraction >= 1) {
            return "";
        }
        double seconds = status.elapsedSeconds() / fraction * (1 - fraction);
        return ", about " + Format.duration(seconds) + " left";
    }

    private static long finishedRounds(RunStatus status) {
        return status.history().stream().filter(metrics -> metrics.round() > 0).count();
    }
}
