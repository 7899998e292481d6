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
    private final Ending ending;
    private final RunStatus last;
    private final DiskPause pause = new DiskPause();
    private CompletableFuture<String> sha256;

    private Finishing(Run run, Ending ending) {
        this.ending = ending;
        this.last = StatusReport.of(run, Ended.of(ending));
        this.sha256 = save(run);
    }

    /**
     * Saves the newest published model, whatever the outcome: it is the result so far. Its round is
     * closed before, or the run has failed.
     */
    static Phase start(Run run, int round, RunStatus.State outcome, String message) {
        return start(run, new Ending(round, outcome, message, false));
    }

    /** The same for a round whose updates are all there, and whose model is not. */
    static Phase keepUpdates(Run run, Round round, RunStatus.State outcome, String message) {
        return start(run, new Ending(round.number(), outcome, message, true));
    }

    private static Phase start(Run run, Ending ending) {
        Optional<String> unclosed = Failed.causeOf(run.closing());
        if (unclosed.isPresent()) {
            run.closes(CompletableFuture.completedFuture(null));
            String why = "the last round cannot be closed: " + unclosed.get();
            return start(run, new Ending(ending.round(), RunStatus.State.FAILED, why, true));
        }
        run.time().ended();
        run.model().reset();
        run.event(levelOf(ending.state()), ending.message());
        return new Finishing(run, ending);
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
        Optional<String> failure = failure();
        if (failure.isEmpty()) {
            pause.end(run);
            return new Ended(ending, sha256);
        }
        if (!DiskPause.isCauseOf(sha256)) {
            return giveUp(run, RunStatus.State.FAILED, failure.get(), ending.keepsUpdates());
        }
        if (pause.over(run, failure.get())) {
            sha256 = save(run);
        }
        return this;
    }

    /** What is not on disk by now is not waited for: whoever goes on with the run has it all. */
    @Override
    public Phase stop(Run run, String reason) {
        boolean failed = ending.state() == RunStatus.State.FAILED;
        RunStatus.State state = failed ? RunStatus.State.FAILED : RunStatus.State.STOPPED;
        if (DiskPause.isCauseOf(sha256)) {
            return giveUp(run, state, failure().orElseThrow(), true);
        }
        if (sha256.isDone() || !run.ledger().isStuck()) {
            return this;
        }
        // When the database is back, it is told by what waits for it.
        return new Ended(new Ending(ending.round(), state, ending.message(), true), sha256);
    }

    private Optional<String> failure() {
        return Failed.causeOf(sha256).map(cause -> "the result cannot be saved: " + cause);
    }

    private Phase giveUp(Run run, RunStatus.State state, String why, boolean keepsUpdates) {
        String message = ending.message() + "; " + why;
        run.event(Level.ERROR, message);
        return Ended.note(run, new Ending(ending.round(), state, message, keepsUpdates));
    }

    @Override
    public long wakeNanos() {
        return pause.wakeNanos();
    }

    @Override
    public Optional<String> pause() {
        return pause.why();
    }

    @Override
    public int round() {
        return ending.round();
    }

    @Override
    public String message(Run run) {
        return "saving the result: " + ending.message();
    }
}
