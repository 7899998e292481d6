package dev.tributary.server.relay;

import dev.tributary.files.PrivateFiles;
import dev.tributary.objective.UpdateCheck;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunLayout;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.http.Ids;
import dev.tributary.server.http.NewestModel;
import dev.tributary.server.http.RunDesk;
import dev.tributary.server.http.Services;
import dev.tributary.server.round.RefusedException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The runs that agents have asked for, each opened when its first request comes. Thread-safe.
 *
 * <p>Runs are led, followed and stopped at the parent alone.
 */
final class RelayRuns implements RunDesk {
    private final Parent parent;
    private final Path directory;
    private final Duration idle;
    private final Duration hold;
    private final Summing summing;
    private final Map<String, RelayRound> rounds = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Services>> runs = new ConcurrentHashMap<>();

    /**
     * @param directory exists; has a directory for each run
     * @param idle how long a connection may be silent
     * @param hold how long an update waits for others
     * @param summing adds updates up
     */
    RelayRuns(Parent parent, Path directory, Duration idle, Duration hold, Summing summing) {
        this.parent = parent;
        this.directory = directory;
        this.idle = idle;
        this.hold = hold;
        this.summing = summing;
    }

    @Override
    public CompletableFuture<Optional<Services>> led(String runId) {
        try {
            Ids.check("run", runId);
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Services> mine = new CompletableFuture<>();
        CompletableFuture<Services> first = runs.putIfAbsent(runId, mine);
        if (first == null) {
            CompletableFuture<Boolean> unused =
                    parent.get(Paths.layout(runId), RunLayout.class)
                            .thenApply(facts -> open(runId, facts))
                            .handle(
                                    (run, failure) -> {
                                        if (failure == null) {
                                            return mine.complete(run);
                                        }
                                        runs.remove(runId, mine);
                                        return mine.completeExceptionally(failure);
                                    });
        }
        return (first == null ? mine : first)
                .handle(
                        (run, failure) -> {
                            if (failure == null) {
                                return Optional.of(run);
                            }
                            return absent(failure);
                        });
    }

    /** The run has ended: what is kept of it can go. */
    void end(String runId) {
        rounds.remove(runId);
        if (runs.remove(runId) != null) {
            Directories.delete(directory.resolve(runId));
        }
    }

    /** A client begins to train; opens the run, which its update will need. */
    void asked(String runId, int round, String clientId) {
        CompletableFuture<Void> unused =
                led(runId)
                        .thenAccept(
                                run -> {
                                    RelayRound desk = rounds.get(runId);
                                    if (desk != null) {
                                        desk.asked(round, clientId);
                                    }
                                });
    }

    /** A client will send no update for now. */
    void gone(String clientId) {
        rounds.values().forEach(desk -> desk.gone(clientId));
    }

    /** Runs that are open. */
    int size() {
        return runs.size();
    }

    @Override
    public String notice() {
        return "";
    }

    @Override
    public CompletableFuture<List<RunStatus>> list() {
        return elsewhere();
    }

    @Override
    public CompletableFuture<RunStatus> status(String runId) {
        return elsewhere();
    }

    @Override
    public CompletableFuture<List<RunEvent>> events(String runId, long after) {
        return elsewhere();
    }

    @Override
    public CompletableFuture<NewestModel> model(String runId) {
        return elsewhere();
    }

    @Override
    public CompletableFuture<RunStatus> submit(String runFile) {
        return elsewhere();
    }

    @Override
    public CompletableFuture<RunStatus> stop(String runId) {
        return elsewhere();
    }

    @Override
    public CompletableFuture<RunStatus> resume(String runId) {
        return elsewhere();
    }

    private Services open(String runId, RunLayout facts) {
        ParameterLayout layout;
        try {
            layout = facts.toLayout();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new RefusedException(
                    ErrorCode.STOPPING,
                    "run %s of the parent: %s".formatted(runId, e.getMessage()));
        }
        Path models = directory.resolve(runId).resolve("versions");
        Path updates = directory.resolve(runId).resolve("spool");
        try {
            PrivateFiles.createDirectories(models);
            PrivateFiles.createDirectories(updates);
            Spool spool = new Spool(updates);
            RelayRound desk = new RelayRound(parent, facts, spool, updates, summing, hold);
            rounds.put(runId, desk);
            return new Services(
                    runId,
                    facts,
                    layout,
                    UpdateCheck.NONE,
                    facts.maximumUpdateBytes(),
                    desk,
                    new ModelCache(parent, runId, models),
                    spool,
                    idle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Services> absent(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused && refused.code() == ErrorCode.NOT_FOUND) {
            return Optional.empty();
        }
        throw new CompletionException(cause);
    }

    private static <T> CompletableFuture<T> elsewhere() {
        return CompletableFuture.failedFuture(
                new RefusedException(
                        ErrorCode.WRONG_STATE,
                        "this is a relay, which leads no run: ask its parent"));
    }
}
