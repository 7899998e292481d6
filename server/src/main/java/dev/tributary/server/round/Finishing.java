package dev.tributary.server.round;

import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Waits until the result is on disk; while the disk is full, it tries again. A result that cannot
 * be saved for another reason makes the run one that has failed: as such it can be resumed.
 */
final class Finishing implements Phase {
    private final int round;
    private final RunStatus.State outcome;
    private final String message;
    private final RunStatus last;
    private final DiskPause pause = new DiskPause();
    private CompletableFuture<String> sha256;

    private Finishing(Run run, int round, RunStatus.State outcome, String message) {
        this.round = round;
        this.outcome = outcome;
        this.message = message;
        this.last = StatusReport.of(run, new Ended(round, outcome, message, null));
        this.sha256 = save(run);
    }

    /**
     * Saves the newest published model, whatever the outcome: it is the result so far. Its round is
     * closed before, or the run has failed.
     */
    static Phase start(Run run, int round, RunStatus.State outcome, String message) {
        Optional<String> unclosed = Failed.causeOf(run.closing());
        if (unclosed.isPresent()) {
            run.closes(CompletableFuture.completedFuture(null));
            String why = "the last round cannot be closed: " + unclosed.get();
            return start(run, round, RunStatus.State.FAILED, why);
        }
        run.ended();
        run.model().reset();
        run.event(levelOf(outcome), message);
        return new Finishing(run, round, outcome, message);
    }

    private CompletableFuture<String> save(Run run) {
        int version = run.modelVersion();
        return run.watch(
                run.closing()
                        .thenCompose(closed -> run.model().save(version))
                        .thenApply(
                                sha -> {
                                    run.journal().finish(last, sha);
                                    return sha;
                                })
                        .thenCompose(
                                sha ->
                                        run.ledger()
                                                .end(last.withModelSha256(sha))
                                                .thenApply(noted -> sha)));
    }

    private static Level levelOf(RunStatus.State outcome) {
        return switch (outcome) {
            case QUEUED, WAITING, RUNNING, FINISHED -> Level.INFO;
            case STOPPED -> Level.WARNING;
            case FAILED -> Level.ERROR;
        };
    }

    @Override
    public Phase advance(Run run) {
        if (!sha256.isDone()) {
            return this;
        }
        Optional<String> failure = Failed.causeOf(sha256);
        if (failure.isEmpty()) {
            pause.end(run);
            return new Ended(round, outcome, message, sha256.join());
        }
        String told = "the result cannot be saved: " + failure.get();
        if (!DiskPause.isCauseOf(sha256)) {
            return giveUp(run, message + "; " + told);
        }
        if (pause.over(run, told)) {
            sha256 = save(run);
        }
        return this;
    }

    private Phase giveUp(Run run, String told) {
        run.event(Level.ERROR, told);
        Ended end = new Ended(round, RunStatus.State.FAILED, told, null);
        CompletableFuture<Void> unused = run.ledger().end(StatusReport.of(run, end));
        return end;
    }

    @Override
    public long wakeNanos() {
        return pause.wakeNanos();
    }

    @Override
    public Phase stop(Run run, String reason) {
        return this;
    }

    @Override
    public int round() {
        return round;
    }

    @Override
    public String message(Run run) {
        return "saving the result: " + message;
    }
}
