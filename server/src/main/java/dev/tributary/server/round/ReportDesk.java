package dev.tributary.server.round;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.UpdateReceipt;

import org.jspecify.annotations.Nullable;

/** Takes what clients have measured of the new model. Belongs to the coordinator's thread. */
final class ReportDesk {
    private ReportDesk() {}

    /** The receipt of a report; a client that claims too much is asked no more. */
    static UpdateReceipt take(
            Run run, Phase phase, int round, String clientId, EvaluationReport report) {
        if (!(phase instanceof Evaluating evaluating) || round != phase.round()) {
            return receipt(
                    Outcome.DISCARDED, ErrorCode.LATE, "no evaluation of round " + round + " now");
        }
        if (evaluating.hasReportOf(clientId)) {
            return new UpdateReceipt(
                    Outcome.ACCEPTED, true, ErrorCode.DUPLICATE, "accepted before; counts once", 0);
        }
        if (!evaluating.awaits(clientId)) {
            return receipt(
                    Outcome.REJECTED,
                    ErrorCode.NOT_SELECTED,
                    "client was not asked to evaluate round " + round);
        }
        long registered = phase.current().map(r -> r.exampleCount(clientId)).orElse(0L);
        if (report.exampleCount() > registered) {
            phase.decline(clientId);
            return receipt(
                    Outcome.REJECTED,
                    ErrorCode.BAD_WEIGHT,
                    "exampleCount: expected at most %d as registered, found %d"
                            .formatted(registered, report.exampleCount()));
        }
        evaluating.report(clientId, report);
        run.clients().find(clientId).ifPresent(client -> client.enter(ClientPhase.DONE));
        return receipt(Outcome.ACCEPTED, null, "accepted");
    }

    private static UpdateReceipt receipt(
            Outcome outcome, @Nullable ErrorCode code, String message) {
        return new UpdateReceipt(outcome, false, code, message, 0);
    }
}
