package dev.tributary.server.round;

import dev.tributary.parameters.ParameterKind;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.cohort.Client;

import java.util.Optional;

/** The run as displays and scripts see it. */
final class StatusReport {
    private StatusReport() {}

    static RunStatus of(Run run, Phase phase) {
        RunPlan plan = run.plan();
        return new RunStatus(
                plan.runId(),
                phase.state(),
                message(run, phase),
                phase.round(),
                plan.config().rounds(),
                run.modelVersion(),
                plan.model().name(),
                plan.config().data().dataset(),
                plan.layout().size(ParameterKind.TRAINABLE),
                plan.device(),
                phase.current().map(round -> round.selected().size()).orElse(0),
                phase.current().map(Round::accepted).orElse(0),
                run.time().secondsInRounds(),
                run.metrics().bytesUp(),
                run.metrics().bytesDown(),
                phase instanceof Ended ended ? ended.sha256() : null,
                run.clients().all().stream().map(Client::status).toList(),
                run.history(),
                run.events());
    }

    private static String message(Run run, Phase phase) {
        Optional<String> obstacle = phase.collects() ? run.ledger().obstacle() : Optional.empty();
        return phase.pause()
                .or(() -> obstacle)
                .map(why -> phase.message(run) + "; the run pauses: " + why)
                .orElseGet(() -> phase.message(run));
    }
}
