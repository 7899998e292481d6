package dev.tributary.server.round;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.cohort.Client;
import dev.tributary.server.database.Agent;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * The state machine of one run: what clients say goes in, answers and the next phase come out.
 *
 * <p>Belongs to the coordinator's thread; after each call {@link #advance} must be called.
 */
final class RunMachine {
    private final Run run;
    private final TaskDesk tasks;
    private final UpdateDesk updates;
    private Phase phase;
    private volatile RoundView view;
    private volatile int clients;

    /** A new run. */
    RunMachine(Run run) {
        this(run, Recovery.NONE);
    }

    /** A run that goes on where it was. */
    RunMachine(Run run, Recovery recovery) {
        this.run = run;
        this.tasks = new TaskDesk(run.plan().poll().toNanos());
        this.updates = new UpdateDesk(run);
        run.eventsUpTo(recovery.lastEvent());
        this.phase = Recovering.phase(run, recovery);
        this.clients = run.clients().size();
        this.view = RoundView.of(phase);
    }

    /** Goes on as far as the facts allow, and serves who has waited for it. */
    void advance() {
        Phase before = phase;
        Phase next = next();
        while (next != phase) {
            phase = next;
            next = next();
        }
        if (phase != before || phase.hired()) {
            view = RoundView.of(phase);
            tasks.serve(phase, run);
        }
        tasks.expire(run.now());
    }

    /** When to call {@link #advance} even if nothing happens. */
    long wakeNanos() {
        return Math.min(phase.wakeNanos(), tasks.wakeNanos());
    }

    /** For any thread. */
    RoundView view() {
        return view;
    }

    /** Registered clients; for any thread. */
    int clients() {
        return clients;
    }

    Phase phase() {
        return phase;
    }

    void register(ClientRegistration registration) {
        boolean known = run.clients().find(registration.clientId()).isPresent();
        if (!known && run.clients().full()) {
            throw new RefusedException(
                    ErrorCode.BUSY,
                    "%d clients have registered, and no more are taken"
                            .formatted(run.clients().size()));
        }
        Client client = run.clients().register(registration, run.now());
        if (client.phase() == ClientPhase.DECLINED) {
            client.enter(ClientPhase.WAITING);
        }
        phase.comeBack(registration.clientId());
        clients = run.clients().size();
        run.ledger()
                .seen(
                        new Agent(
                                registration.clientId(),
                                registration.exampleCount(),
                                registration.device(),
                                registration.agentVersion(),
                                registration.dataset()));
        run.event(
                Level.INFO,
                "client %s registered%s: %d examples, %s"
                        .formatted(
                                registration.clientId(),
                                known ? " again" : "",
                                registration.exampleCount(),
                                registration.device()));
    }

    /** The client goes, as it says; harmless to repeat. */
    void leave(String clientId) {
        Optional<Client> client = run.clients().find(clientId);
        if (client.isEmpty() || client.get().phase() == ClientPhase.DROPPED) {
            return;
        }
        tasks.drop(clientId);
        if (!ended()) {
            phase.leave(clientId);
            run.atWork().giveUp(clientId);
            run.event(Level.WARNING, "client " + clientId + " has left");
        }
        client.get().enter(ClientPhase.DROPPED);
    }

    /**
     * Completes the reply with a task, or without one when the client has waited long enough; what
     * is complete already, maybe by another run, is left alone.
     */
    void poll(String clientId, CompletableFuture<Optional<RoundTask>> reply) {
        Client client = heard(clientId);
        phase.beforeTask(clientId, run);
        Optional<RoundTask> task = phase.taskFor(clientId, run);
        if (task.isPresent()) {
            run.atWork().tell(clientId);
            TaskDesk.handOut(client, task.get(), reply);
            return;
        }
        if (client.phase() != ClientPhase.DONE && client.phase() != ClientPhase.DECLINED) {
            client.enter(ClientPhase.WAITING);
        }
        tasks.park(clientId, run.now(), reply);
    }

    void progress(String clientId, ClientProgress progress) {
        Client client = heard(clientId);
        boolean works =
                !ended()
                        && progress.runId().equals(run.plan().runId())
                        && worksIn(progress.round(), clientId);
        boolean gone = progress.phase() == ClientPhase.DECLINED;
        if (works && (gone || progress.phase() == ClientPhase.FAILED)) {
            phase.decline(clientId);
            run.atWork().giveUp(clientId);
            client.enter(progress.phase());
            String what = gone ? "does not serve this run" : "cannot do its task and sits it out";
            String why = progress.reason() == null ? "" : ": " + progress.reason();
            run.event(
                    Level.WARNING,
                    "round %d: client %s %s%s".formatted(progress.round(), clientId, what, why));
        } else if (works) {
            client.progress(progress.phase(), progress.fraction(), progress.loss());
        }
    }

    /** Work on an old version goes on whatever the phase, and however far the model has moved. */
    private boolean worksIn(int round, String clientId) {
        if (run.buffered()) {
            OptionalInt version = run.atWork().version(clientId);
            return version.isPresent() && version.getAsInt() + 1 == round;
        }
        return phase.taskFor(clientId, run).filter(task -> task.round() == round).isPresent();
    }

    Optional<UpdateReceipt> knock(int round, String clientId, Content content) {
        hear(clientId);
        return updates.knock(phase, round, clientId, content);
    }

    /** Whether an update of the client counts in the round. */
    boolean accepted(int round, String clientId) {
        hear(clientId);
        return updates.accepted(round, clientId);
    }

    /** Completes when it is on disk that the update counts, or that it does not. */
    CompletableFuture<UpdateReceipt> offer(SpooledUpdate update) {
        hear(update.metadata().clientId());
        return updates.offer(phase, update);
    }

    /** As {@link #offer} for all of them. */
    CompletableFuture<UpdateReceipt> offerSum(List<SpooledUpdate> sum) {
        sum.forEach(update -> hear(update.metadata().clientId()));
        return updates.offerSum(phase, sum);
    }

    UpdateReceipt reject(int round, String clientId, UpdateReceipt receipt) {
        hear(clientId);
        return updates.reject(phase, round, clientId, receipt);
    }

    UpdateReceipt report(int round, String clientId, EvaluationReport report) {
        heard(clientId);
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

    void modelSent(@Nullable String clientId, long bytes) {
        run.metrics().sent(bytes);
        if (clientId != null) {
            run.clients().find(clientId).ifPresent(client -> client.sent(bytes));
        }
    }

    void stop(String reason) {
        run.requestStop(reason);
    }

    RunStatus status() {
        return StatusReport.of(run, phase);
    }

    boolean ended() {
        return phase instanceof Ended;
    }

    /** Whether every client that can still be reached knows that the run has ended. */
    boolean allTold() {
        return run.clients().all().stream()
                .allMatch(client -> client.toldToFinish() || isGone(client));
    }

    /** Ends all requests that wait. */
    void close() {
        tasks.close();
        updates.close(phase);
    }

    /** The machine itself has failed. */
    void abort(Throwable failure) {
        if (!ended()) {
            String message = "internal error: " + failure;
            run.ended();
            phase = new Ended(phase.round(), RunStatus.State.FAILED, message, null);
            view = RoundView.of(phase);
            tasks.serve(phase, run);
        }
    }

    private Phase next() {
        updates.settle(phase);
        String reason = run.stopReason();
        if (reason != null) {
            Phase stopped = phase.stop(run, reason);
            if (stopped != phase) {
                return stopped;
            }
        }
        return phase.advance(run);
    }

    private static boolean isGone(Client client) {
        return client.phase() == ClientPhase.DROPPED || client.phase() == ClientPhase.DECLINED;
    }

    private void hear(String clientId) {
        run.clients().find(clientId).ifPresent(client -> client.heard(run.now()));
    }

    private Client heard(String clientId) {
        Client client =
                run.clients()
                        .find(clientId)
                        .orElseThrow(
                                () ->
                                        new RefusedException(
                                                ErrorCode.UNKNOWN_CLIENT,
                                                "client " + clientId + " is not registered"));
        client.heard(run.now());
        return client;
    }

    private static UpdateReceipt receipt(
            Outcome outcome, @Nullable ErrorCode code, String message) {
        return new UpdateReceipt(outcome, false, code, message, 0);
    }
}
