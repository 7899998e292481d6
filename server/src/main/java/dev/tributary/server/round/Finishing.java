package dev.tributary.server.round;

import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Waits until the result is on disk. */
final class Finishing implements Phase {
    private final int round;
    private final RunStatus.State outcome;
    private final String message;
    private final CompletableFuture<String> sha256;

    private Finishing(
            int round, RunStatus.State outcome, String message, CompletableFuture<String> sha256) {
        this.round = round;
        this.outcome = outcome;
        this.message = message;
        this.sha256 = sha256;
    }

    /**
     * Saves the newest published model, whatever the outcome: it is the result so far. Its round is
     * closed before.
     */
    static Phase start(Run run, int round, RunStatus.State outcome, String message) {
        run.ended();
        run.model().reset();
        run.event(levelOf(outcome), message);
        RunStatus last = StatusReport.of(run, new Ended(round, outcome, message, null));
        int version = run.modelVersion();
        CompletableFuture<String> saved =
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
                                                .thenApply(noted -> sha));
        return new Finishing(round, outcome, message, run.watch(saved));
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
        if (failure.isPresent()) {
            String told = "%s; the result cannot be saved: %s".formatted(message, failure.get());
            run.event(Level.ERROR, told);
            return new Ended(round, RunStatus.State.FAILED, told, null);
        }
        return new Ended(round, outcome, message, sha256.join());
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
