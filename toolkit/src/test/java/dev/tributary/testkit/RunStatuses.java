package dev.tributary.testkit;

import dev.tributary.evaluation.FederatedEvaluation;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientStatus;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/** Snapshots of a run for tests. */
public final class RunStatuses {
    public static final long BYTES = 796_840;

    private RunStatuses() {}

    public static RunStatus running(List<ClientStatus> clients, List<RunEvent> events) {
        List<RoundMetrics> history =
                List.of(round(0, 0.1, 2.3), round(1, 0.5, 1.2), round(2, 0.9, 0.4));
        return status(RunStatus.State.RUNNING, "", 3, clients, history, events);
    }

    public static RunStatus status(
            RunStatus.State state,
            String message,
            int round,
            List<ClientStatus> clients,
            List<RoundMetrics> history,
            List<RunEvent> events) {
        return new RunStatus(
                "digits-1",
                state,
                message,
                round,
                4,
                history.size(),
                "mlp",
                "digits",
                199_210,
                "cpu",
                2,
                1,
                12.5,
                5 * BYTES,
                6 * BYTES,
                null,
                clients,
                history,
                events);
    }

    public static ClientStatus client(String id, ClientPhase phase, double fraction) {
        double loss = phase == ClientPhase.WAITING ? 0 : 0.25;
        return new ClientStatus(id, phase, fraction, loss, 600, BYTES, 2 * BYTES);
    }

    public static RoundMetrics round(int round, double accuracy, double loss) {
        int cohort = round == 0 ? 0 : 2;
        Double trainLoss = round == 0 ? null : Double.valueOf(loss / 2);
        return new RoundMetrics(
                round,
                round,
                cohort,
                cohort,
                0,
                0,
                trainLoss,
                accuracy,
                loss,
                null,
                null,
                cohort * BYTES,
                cohort * BYTES,
                3.25,
                0.25);
    }

    public static RoundMetrics evaluatedByClients(
            int round, @Nullable Double accuracy, double loss) {
        return new RoundMetrics(
                round, round, 4, 2, 1, 1, null, null, null, accuracy, loss, BYTES, BYTES, 1, 0.5);
    }

    /** Clients have models of their own, which are better than the global one. */
    public static RoundMetrics personal(int round, double accuracy, double global) {
        return round(round, global, 1 - global)
                .withEvaluation(global, 1 - global, accuracy, 1 - accuracy, 0.25)
                .withMeasures(
                        Map.of(),
                        Map.of(
                                FederatedEvaluation.GLOBAL_ACCURACY,
                                global - 0.1,
                                FederatedEvaluation.GLOBAL_LOSS,
                                2.0));
    }

    public static RunEvent event(long sequence, RunEvent.Level level, String message) {
        return new RunEvent(sequence, sequence * 1.5, level, message);
    }
}
