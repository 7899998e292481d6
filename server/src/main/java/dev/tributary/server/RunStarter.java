package dev.tributary.server;

import dev.tributary.cli.ErrorText;
import dev.tributary.config.RunConfig;
import dev.tributary.files.DurableFiles;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseException;
import dev.tributary.server.database.StoredRun;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.function.Consumer;

/** Begins runs whose turn has come. Belongs to the thread that begins and ends runs. */
final class RunStarter {
    private static final Logger LOG = LoggerFactory.getLogger(RunStarter.class);

    private final RunBoard board;
    private final Database database;
    private final ServerOptions options;
    private final Models models;
    private final RunListener listener;

    RunStarter(
            RunBoard board,
            Database database,
            ServerOptions options,
            Models models,
            RunListener listener) {
        this.board = board;
        this.database = database;
        this.options = options;
        this.models = models;
        this.listener = listener;
    }

    /**
     * Begins a run, or notes why it never will.
     *
     * @param then what comes when it has begun
     * @return why it cannot begin yet; empty if it need not wait
     */
    Optional<String> begin(String runId, Consumer<LedRun> then) {
        try {
            StoredRun stored = board.find(runId);
            RunConfig config = board.config(stored);
            RunSetup setup = RunSetup.of(config, models.of(config), Optional.empty());
            Optional<Lead> lead = Lead.takeUp(options.runsDirectory(), stored);
            if (lead.isPresent()) {
                then.accept(begin(lead.get(), setup, RunQueue.isQueued(stored)));
            } else {
                listener.note(
                        "run %s is left alone: its files are not here, or another server leads it"
                                .formatted(runId));
            }
        } catch (Exception | LinkageError e) {
            Optional<String> obstacle = obstacle(e);
            if (obstacle.isPresent()) {
                LOG.warn("run {} cannot begin yet: {}", runId, e.getMessage());
                return obstacle;
            }
            LOG.error("run {} cannot begin", runId, e);
            fail(runId, "it cannot begin: " + ErrorText.of(e));
        }
        return Optional.empty();
    }

    /** What passes by itself. Whoever asks need not hear where the database is. */
    private static Optional<String> obstacle(Throwable failure) {
        if (DurableFiles.saysDiskFull(failure)) {
            return Optional.of("there is no room on the disk");
        }
        return failure instanceof DatabaseException away && away.passes()
                ? Optional.of("the database cannot be used now")
                : Optional.empty();
    }

    private LedRun begin(Lead lead, RunSetup setup, boolean fresh) throws Exception {
        try {
            if (fresh) {
                database.runs().changeState(lead.id(), RunStatus.State.WAITING, "");
            }
        } catch (RuntimeException e) {
            lead.lock().close();
            throw e;
        }
        LedRun run = lead(lead, setup, fresh);
        run.begin();
        listener.note(
                "%s run %s on %s (%s)"
                        .formatted(
                                fresh ? "leading" : "going on with",
                                run.id(),
                                run.setup().device().name(),
                                run.setup().device().reason()));
        return run;
    }

    /** A run that finds no room is queued as it was. */
    private LedRun lead(Lead lead, RunSetup setup, boolean fresh) throws Exception {
        try {
            return board.lead(lead, setup);
        } catch (Exception e) {
            if (fresh && DurableFiles.saysDiskFull(e)) {
                database.runs().changeState(lead.id(), RunStatus.State.QUEUED, "");
            }
            throw e;
        }
    }

    private void fail(String runId, String message) {
        try {
            database.runs().changeState(runId, RunStatus.State.FAILED, message);
            listener.note("run %s failed: %s".formatted(runId, message));
        } catch (RuntimeException e) {
            LOG.error("run {} cannot be noted as failed", runId, e);
        }
    }
}
