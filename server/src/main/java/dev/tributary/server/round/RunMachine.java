package dev.tributary.server.round;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.cohort.Client;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The state machine of one run: what clients say goes in, answers and the next phase come out.
 *
 * <p>Belongs to the coordinator's thread; after each call {@link #advance} must be called.
 */
final class RunMachine {
    private final Run run;
    private final TaskDesk tasks;
    private final ClientDesk talk;
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
        this.talk = new ClientDesk(run);
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
        long due = Math.min(phase.wakeNanos(), tasks.wakeNanos());
        // Nobody tells a run that is to stop that something cannot be written.
        return run.stopReason() == null || ended()
                ? due
                : Math.min(due, run.now() + DiskPause.BETWEEN.toNanos());
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
        talk.register(phase, registration);
        clients = run.clients().size();
    }

    /** The client goes, as it says; harmless to repeat. */
    void leave(String clientId) {
        if (talk.leave(phase, clientId)) {
            tasks.drop(clientId);
        }
    }

    /**
     * Completes the reply with a task, or without one when the client has waited long enough; what
     * is complete already, maybe by another run, is left alone.
     */
    void poll(String clientId, CompletableFuture<Optional<RoundTask>> reply) {
        Client client = talk.heard(clientId);
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
        talk.progress(phase, clientId, progress);
    }

    Optional<UpdateReceipt> knock(int round, String clientId, Content content) {
        talk.hear(clientId);
        return updates.knock(phase, round, clientId, content);
    }

    /** Whether an update of the client counts in the round. */
    boolean accepted(int round, String clientId) {
        talk.hear(clientId);
        return updates.accepted(round, clientId);
    }

    /** Completes when it is on disk that the update counts, or that it does not. */
    CompletableFuture<UpdateReceipt> offer(SpooledUpdate update) {
        talk.hear(update.metadata().clientId());
        return updates.offer(phase, update);
    }

    /** As {@link #offer} for all of them. */
    CompletableFuture<UpdateReceipt> offerSum(List<SpooledUpdate> sum) {
        sum.forEach(update -> talk.hear(update.metadata().clientId()));
        return updates.offerSum(phase, sum);
    }

    UpdateReceipt reject(int round, String clientId, UpdateReceipt receipt) {
        talk.hear(clientId);
        return updates.reject(phase, round, clientId, receipt);
    }

    UpdateReceipt report(int round, String clientId, EvaluationReport report) {
        talk.heard(clientId);
        return ReportDesk.take(run, phase, round, clientId, report);
    }

    void modelSent(@Nullable String clientId, long bytes) {
        run.metrics().sent(bytes);
        if (clientId != null) {
            run.clients().find(clientId).ifPresent(client -> client.sent(bytes));
        }
    }

    /** At once, so that whoever has heard of it is given no more to do. */
    void stop(String reason) {
        run.requestStop(reason);
        advance();
    }

    RunStatus status() {
        return StatusReport.of(run, phase);
    }

    boolean ended() {
        return phase instanceof Ended;
    }

    /** Whether the run has ended, and updates stay on disk for whoever goes on with it. */
    boolean keepsUpdates() {
        return phase instanceof Ended ended && ended.keepsUpdates();
    }

    /** Whether the run has ended and its ledger has that, or never will. */
    boolean isNoted() {
        return phase instanceof Ended ended && ended.isNoted();
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

    /** The machine itself has failed; the run can be resumed from its last published round. */
    void abort(Throwable failure) {
        if (!ended()) {
            String message = "internal error: " + failure;
            Phase broken = phase;
            run.time().ended();
            Ending ending = new Ending(broken.round(), RunStatus.State.FAILED, message, false);
            phase = Ended.note(run, ending);
            view = RoundView.of(phase);
            updates.close(broken);
            tasks.serve(phase, run);
        }
    }

    private Phase next() {
        updates.settle(phase);
        String reason = run.stopReason();
        if (reason != null) {
            updates.stop(phase);
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
}
