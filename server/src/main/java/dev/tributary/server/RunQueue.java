package dev.tributary.server;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.ErrorText;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.config.RunFileException;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.StoredRound;
import dev.tributary.server.database.StoredRun;
import dev.tributary.server.round.RefusedException;
import dev.tributary.server.store.RunDirectory;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Which run comes next. Belongs to the thread that begins and ends runs. */
final class RunQueue {
    private static final Logger LOG = LoggerFactory.getLogger(RunQueue.class);

    /** How long a run that has ended is kept for clients that have not heard of it. */
    private static final long FAREWELL_SECONDS = 10;

    private final RunBoard board;
    private final Database database;
    private final ServerOptions options;
    private final Models models;
    private final RunListener listener;
    private final Consumer<Runnable> later;
    private final RunStarter starter;
    private final Deque<String> waiting = new ArrayDeque<>();
    private final Set<String> underWay = new LinkedHashSet<>();

    /** Those under way, then those that wait; for any thread. */
    private volatile List<String> line = List.of();

    /** What keeps the first that waits from beginning; for any thread. */
    private volatile @Nullable Held held;

    private record Held(String runId, String why) {}

    /** Whether the queue is looked at again when database and disk may be back. */
    private boolean looksAgain;

    /**
     * @param later carries out an order on this thread when a database that is away, or room on the
     *     disk, may be back
     */
    RunQueue(
            RunBoard board,
            Database database,
            ServerOptions options,
            Models models,
            RunListener listener,
            Consumer<Runnable> later) {
        this.board = board;
        this.database = database;
        this.options = options;
        this.models = models;
        this.listener = listener;
        this.later = later;
        this.starter = new RunStarter(board, database, options, models, listener);
    }

    /** Takes up what an earlier server has left: first what had begun, then what was queued. */
    void takeUpAll() {
        List<StoredRun> left = database.runs().unfinished();
        left.stream().filter(run -> !isQueued(run)).forEach(this::enqueue);
        left.stream().filter(RunQueue::isQueued).forEach(this::enqueue);
        beginNext();
    }

    /**
     * Checks a run file and puts its run at the end of the queue.
     *
     * @return its id
     * @throws RefusedException telling all that is wrong
     */
    String submit(String runFile) throws IOException {
        RunSetup setup = check(runFile);
        String id = Lead.submit(database, options.runsDirectory(), setup.config());
        waiting.add(id);
        listener.note("run %s was submitted".formatted(id));
        beginNext();
        return id;
    }

    /**
     * Ends a run for good.
     *
     * @throws RefusedException if it has ended otherwise, or others lead it
     */
    void stop(String runId) throws IOException {
        Optional<LedRun> led = board.run(runId);
        if (led.isPresent() && !led.get().coordinator().end().isDone()) {
            led.get().stop("stopped by request");
            return;
        }
        StoredRun run = board.find(runId);
        if (run.state() == RunStatus.State.STOPPED) {
            return;
        }
        require(run.ended() == null, run, "one that has not ended");
        waiting.remove(runId);
        lineUp();
        Lead lead =
                Lead.takeUp(options.runsDirectory(), run)
                        .orElseThrow(() -> wrongState(run, "one whose files are here"));
        lead.lock().close();
        database.runs().changeState(runId, RunStatus.State.STOPPED, "stopped by request");
    }

    /**
     * Puts a run that was stopped or has failed at the end of the queue; it goes on from the last
     * model that it published, with the updates that it could not make the next one of.
     *
     * @throws RefusedException if it is not such a run, or its files are gone
     */
    void resume(String runId) throws IOException {
        StoredRun run = board.find(runId);
        boolean resumable =
                run.state() == RunStatus.State.STOPPED || run.state() == RunStatus.State.FAILED;
        require(resumable, run, "one that was stopped or has failed");
        RunDirectory directory = new RunDirectory(options.runsDirectory().resolve(runId));
        Optional<LedRun> led = board.run(runId);
        if (led.isPresent()) {
            retire(led.get());
        }
        if (!directory.keepsUpdates()) {
            database.rounds().forgetOpen(runId);
        }
        require(hasNewestModel(runId, directory), run, "one whose newest model is here");
        directory.prepare();
        database.runs().changeState(runId, RunStatus.State.QUEUED, "");
        waiting.add(runId);
        beginNext();
    }

    private RunSetup check(String runFile) throws IOException {
        try {
            // A relative path starts where the server was started: the file itself is nowhere.
            RunConfig config =
                    RunFile.parse(
                            runFile, "run.yaml", Path.of("").toAbsolutePath(), models::problems);
            return RunSetup.of(config, models.of(config), Optional.empty());
        } catch (RunFileException | CommandException e) {
            throw new RefusedException(ErrorCode.INVALID_RUN, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            throw new RefusedException(ErrorCode.INVALID_RUN, ErrorText.of(e));
        }
    }

    private void enqueue(StoredRun run) {
        waiting.add(run.asked().runId());
    }

    /** Where a run stands that is not led yet; empty for others. Any thread may ask. */
    Optional<String> place(String runId) {
        List<String> now = line;
        Held first = held;
        int ahead = now.indexOf(runId);
        if (ahead < 0) {
            return Optional.empty();
        }
        if (first != null && first.runId.equals(runId)) {
            return Optional.of("cannot begin yet: " + first.why);
        }
        return Optional.of(
                switch (ahead) {
                    case 0 -> "being taken up";
                    case 1 -> "queued behind " + now.get(0);
                    default -> "queued behind %s and %d more".formatted(now.get(0), ahead - 1);
                });
    }

    /** Runs that are led, or will be; any thread may ask. */
    int length() {
        return line.size();
    }

    private void lineUp() {
        line = Stream.concat(underWay.stream(), waiting.stream()).toList();
    }

    void beginNext() {
        lineUp();
        beginAll();
        lineUp();
    }

    private void beginAll() {
        held = null;
        while (underWay.size() < options.sideBySide() && !waiting.isEmpty()) {
            String next = waiting.remove();
            Optional<String> obstacle = starter.begin(next, this::follow);
            if (obstacle.isPresent()) {
                held = new Held(next, obstacle.get());
                waiting.addFirst(next);
                lookAgain();
                return;
            }
        }
    }

    /** Once, however many runs end meanwhile. */
    private void lookAgain() {
        if (!looksAgain) {
            looksAgain = true;
            later.accept(
                    () -> {
                        looksAgain = false;
                        beginNext();
                    });
        }
    }

    private void follow(LedRun run) {
        underWay.add(run.id());
        CompletableFuture<Void> unused =
                run.coordinator().end().thenAccept(last -> board.order(() -> ended(run, last)));
    }

    private void ended(LedRun run, RunStatus last) {
        underWay.remove(run.id());
        listener.ended(last, run.directory());
        beginNext();
        CompletableFuture<Void> told =
                run.coordinator()
                        .told()
                        .completeOnTimeout(null, FAREWELL_SECONDS, TimeUnit.SECONDS);
        // Until the database has the end of the run, nobody but the run itself knows of it.
        CompletableFuture<Void> unused =
                CompletableFuture.allOf(told, run.coordinator().noted())
                        .thenRun(() -> board.order(() -> retire(run)));
    }

    private void retire(LedRun run) {
        try {
            board.retire(run);
        } catch (Exception e) {
            LOG.error("run {} was not closed cleanly", run.id(), e);
        }
    }

    private boolean hasNewestModel(String runId, RunDirectory directory) {
        int version = database.rounds().last(runId).map(StoredRound::version).orElse(0);
        Path file = directory.versions().resolve("v" + version + ".safetensors");
        return Files.isRegularFile(directory.runFile()) && (version == 0 || Files.exists(file));
    }

    /** Whether a run waits for its turn to begin. */
    static boolean isQueued(StoredRun run) {
        return run.state() == RunStatus.State.QUEUED;
    }

    private static void require(boolean condition, StoredRun run, String expected) {
        if (!condition) {
            throw wrongState(run, expected);
        }
    }

    private static RefusedException wrongState(StoredRun run, String expected) {
        return new RefusedException(
                ErrorCode.WRONG_STATE,
                "run %s: expected %s, found it %s"
                        .formatted(run.asked().runId(), expected, run.state()));
    }
}
