package dev.tributary.server.round;

import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.StopMonitor.Verdict;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.evaluation.FederatedEvaluation;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.cohort.Client;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Waits for the evaluation of the new model: by the server on its test set, by the clients whose
 * updates count in the round on their own data, or both. Clients that have not reported at the
 * deadline are left out.
 */
final class Evaluating implements Phase {
    private final Round round;
    private final @Nullable CompletableFuture<EvaluationResult> central;
    private final TreeSet<String> evaluators;
    private final long startNanos;
    private final long deadlineNanos;

    private final FederatedEvaluation reports = new FederatedEvaluation();

    private Evaluating(Run run, Round round) {
        EvaluationConfig config = run.plan().config().evaluation();
        this.round = round;
        this.central = config.central() ? run.watch(run.model().evaluate()) : null;
        this.evaluators = new TreeSet<>();
        if (config.federated()) {
            evaluators.addAll(round.contributors());
        }
        this.startNanos = run.now();
        this.deadlineNanos = startNanos + run.cohort().deadline().toNanos();
    }

    /** The evaluation after a round, or what comes then if none is due. */
    static Phase after(Run run, Round round) {
        RunPlan plan = run.plan();
        return plan.config().evaluation().isDue(round.number(), plan.config().rounds())
                ? new Evaluating(run, round)
                : end(run, round, Measures.NONE);
    }

    @Override
    public Phase advance(Run run) {
        if (central != null && !central.isDone()) {
            return this;
        }
        Optional<String> failure = Failed.causeOf(central);
        if (failure.isPresent()) {
            run.record(round.figures().metrics(round, run, Measures.NONE));
            String message = "the model cannot be evaluated: " + failure.get();
            return Finishing.start(run, round(), RunStatus.State.FAILED, message);
        }
        if (reports.size() < evaluators.size() && run.now() < deadlineNanos) {
            return this;
        }
        dropSilent(run);
        return end(run, round, measures(run));
    }

    @Override
    public Phase stop(Run run, String reason) {
        run.record(round.figures().metrics(round, run, Measures.NONE));
        boolean last = round.number() == run.plan().config().rounds();
        // Updates that have waited for the model to move are worth one more step, if they make one.
        return !last && run.atWork().delivered() >= run.cohort().minimum()
                ? Selecting.first(run, round.number() + 1)
                : Phase.super.stop(run, reason);
    }

    @Override
    public long wakeNanos() {
        // The deadline ends nothing before the server's own evaluation; its end wakes.
        boolean centralPending = central != null && !central.isDone();
        return !centralPending && reports.size() < evaluators.size()
                ? deadlineNanos
                : RoundClock.NEVER;
    }

    @Override
    public Optional<RoundTask> taskFor(String client, Run run) {
        return awaits(client)
                ? Optional.of(
                        Phase.task(
                                RoundTask.Kind.EVALUATE,
                                client,
                                run,
                                round.number(),
                                deadlineNanos))
                : Optional.empty();
    }

    @Override
    public Collection<String> audience(Run run) {
        return evaluators;
    }

    @Override
    public Optional<Round> current() {
        return Optional.of(round);
    }

    @Override
    public void decline(String client) {
        if (awaits(client)) {
            evaluators.remove(client);
        }
    }

    boolean awaits(String client) {
        return evaluators.contains(client) && !reports.has(client);
    }

    boolean hasReportOf(String client) {
        return reports.has(client);
    }

    void report(String client, EvaluationReport report) {
        EvaluationReport before = report.before();
        reports.add(client, result(report), before == null ? null : result(before));
    }

    private void dropSilent(Run run) {
        TreeSet<String> silent = new TreeSet<>(evaluators);
        silent.removeIf(reports::has);
        if (!silent.isEmpty()) {
            String told = "round %d: no evaluation from %s before the deadline";
            run.event(Level.WARNING, told.formatted(round.number(), silent));
            Phase.giveUp(run, silent);
        }
    }

    private Measures measures(Run run) {
        return new Measures(
                central == null ? null : central.join(),
                reports.size() == 0 ? null : reports,
                run.plan().classifier(),
                run.secondsSince(startNanos));
    }

    private static EvaluationResult result(EvaluationReport report) {
        return new EvaluationResult(report.exampleCount(), report.lossSum(), report.correctCount());
    }

    private static Phase end(Run run, Round round, Measures measures) {
        run.record(round.figures().metrics(round, run, measures));
        for (String id : round.contributors()) {
            run.clients().find(id).ifPresent(Evaluating::rest);
        }
        Optional<Verdict> verdict =
                run.stop().after(measures.result(), run.time().secondsInRounds());
        int rounds = run.plan().config().rounds();
        if (verdict.isEmpty() && round.number() < rounds) {
            return Selecting.first(run, round.number() + 1);
        }
        String message =
                verdict.map(Verdict::reason)
                        .orElse(
                                rounds == 1
                                        ? "its one round is done"
                                        : "all %d rounds done".formatted(rounds));
        boolean succeeded = verdict.map(Verdict::succeeded).orElse(true);
        return Finishing.start(
                run,
                round.number(),
                succeeded ? RunStatus.State.FINISHED : RunStatus.State.FAILED,
                message);
    }

    private static void rest(Client client) {
        if (client.phase() == ClientPhase.DONE) {
            client.enter(ClientPhase.WAITING);
        }
    }
}
